import * as z from 'zod/mini'

/** Every id is a one-letter kind and 128 or more random (or hashed) bits in base64url. Made by clients where a retry must find it again. */
function idSchema<Brand extends string>(prefix: string, brand: Brand) {
  return z
    .string()
    .check(z.regex(new RegExp(`^${prefix}_[A-Za-z0-9_-]{22}$`), `not a ${brand}`))
    .brand<Brand>()
}

export const userIdSchema = idSchema('u', 'UserId')
export type UserId = z.infer<typeof userIdSchema>

export const deviceIdSchema = idSchema('v', 'DeviceId')
export type DeviceId = z.infer<typeof deviceIdSchema>

/** `g_` is random; `d_` is the hash of the two users of a direct room, so that both find the same one. */
export const groupIdSchema = idSchema('g', 'RoomId')
export const roomIdSchema = idSchema('[gd]', 'RoomId')
export type RoomId = z.infer<typeof roomIdSchema>

export function isGroup(room: RoomId): boolean {
  return room.startsWith(prefixes.group)
}

/** One tab's outbox, or one upload. Together with a number it names a message before the server has seen it. */
export const producerIdSchema = idSchema('p', 'ProducerId')
export type ProducerId = z.infer<typeof producerIdSchema>

/** Made by the client, before the first byte is sent. */
export const fileIdSchema = idSchema('f', 'FileId')
export type FileId = z.infer<typeof fileIdSchema>

const prefixes = { user: 'u', device: 'v', group: 'g', direct: 'd', producer: 'p', file: 'f' } as const
type IdOf = {
  user: UserId
  device: DeviceId
  group: RoomId
  direct: RoomId
  producer: ProducerId
  file: FileId
}

/** An id from the first 16 of the given bytes. */
export function makeId<Kind extends keyof IdOf>(kind: Kind, bytes: Uint8Array): IdOf[Kind] {
  return `${prefixes[kind]}_${toBase64Url(bytes.subarray(0, 16))}` as IdOf[Kind]
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** RFC 4648 section 5, without padding. `Uint8Array.toBase64` is not on every host yet. */
export function toBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3)
    const group = (a << 16) | (b << 8) | c
    const digits = Math.min(bytes.length - i, 3) + 1
    for (let d = 0; d < digits; d++) text += ALPHABET[(group >> (18 - 6 * d)) & 63]
  }
  return text
}

/** The bytes of such a text; digits outside the alphabet are undefined behaviour: check before. */
export function fromBase64Url(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8))
  let held = 0
  let bits = 0
  let at = 0
  for (const digit of text) {
    held = (held << 6) | ALPHABET.indexOf(digit)
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 0xff
    }
  }
  return bytes
}
