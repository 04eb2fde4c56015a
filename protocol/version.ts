/** Wire versions this build speaks, newest first. A server answers `hello` with the highest one both sides know. */
export const PROTOCOL_VERSIONS = [1] as const

export type ProtocolVersion = (typeof PROTOCOL_VERSIONS)[number]

/** Format of a stored record. Decoders read every format ever written; writers write this one. */
export const RECORD_FORMAT = 1

/** The highest version that both sides know, or undefined when they share none. */
export function negotiate(offered: readonly number[]): ProtocolVersion | undefined {
  return PROTOCOL_VERSIONS.find((version) => offered.includes(version))
}
