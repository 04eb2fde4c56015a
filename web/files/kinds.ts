import type { Attachment } from '#protocol/file.ts'

/** Whether it is shown as a picture: how large it is has to be known before it is there. */
export function isPicture({ type, size }: Attachment): boolean {
  return size !== undefined && type.startsWith('image/')
}

export function isPlayed({ type }: Attachment): boolean {
  return type.startsWith('audio/') || type.startsWith('video/')
}
