import type { Attachment } from '#protocol/file.ts'

/** What browsers call a file of which they know nothing. */
const UNKNOWN = 'application/octet-stream'

/** Whether it is shown as a picture: how large it is has to be known before it is there. */
export function isPicture({ type, size }: Attachment): boolean {
  return size !== undefined && type.startsWith('image/')
}

export function isPlayed({ type }: Attachment): boolean {
  return type.startsWith('audio/') || type.startsWith('video/')
}

/** By what its sender calls it: whether it is one is seen by whoever reads it. */
export function isPdf({ type, name }: Attachment): boolean {
  return type === 'application/pdf' || (type === UNKNOWN && /\.pdf$/i.test(name))
}
