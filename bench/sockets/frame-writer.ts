const FINAL_TEXT = 0x81
const MASKED = 0x80
/** Any key will do: nobody between here and the server keeps a cache to be poisoned. */
const KEY = Buffer.of(0x5a, 0xa5, 0x3c, 0xc3)

/** A text message as a client sends it: masked, in one frame (RFC 6455, section 5.3). At most 64 KiB. */
export function maskedFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  if (length > 0xffff) throw new RangeError('a frame of a client here is at most 64 KiB')
  const start = (length < 126 ? 2 : 4) + KEY.length
  const frame = Buffer.allocUnsafe(start + length)
  frame[0] = FINAL_TEXT
  if (length < 126) frame[1] = MASKED | length
  else {
    frame[1] = MASKED | 126
    frame.writeUInt16BE(length, 2)
  }
  KEY.copy(frame, start - KEY.length)
  frame.write(text, start)
  for (let i = 0; i < length; i++) frame[start + i] = (frame[start + i] ?? 0) ^ (KEY[i & 3] ?? 0)
  return frame
}
