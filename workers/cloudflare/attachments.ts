import type { SocketId, SocketOrigin } from '#durable/ports/sockets.ts'

/** What workerd keeps with a socket while the object is out of memory. */
export type Attachment = {
  readonly id: SocketId
  readonly origin: SocketOrigin
  readonly heardAt: number
  /** Missing until the gateway has written its first one. */
  readonly note?: string
}

/** workerd keeps 16 KiB, at up to two bytes a character. A note of identity and counters has 300; a longer one is a fault. */
const MAX_NOTE_LENGTH = 4 * 1024

/** Throws on a note that workerd might not keep. */
export function attach(ws: WebSocket, attachment: Attachment): void {
  const length = attachment.note?.length ?? 0
  if (length > MAX_NOTE_LENGTH) throw new RangeError(`a note of ${length} characters, at most ${MAX_NOTE_LENGTH}`)
  ws.serializeAttachment(attachment)
}

export function attachmentOf(ws: WebSocket): Attachment {
  return ws.deserializeAttachment()
}
