const FINAL_TEXT = 0x81
const TWO_BYTE_LENGTH = 126
const EIGHT_BYTE_LENGTH = 127

/** A whole text message as a server sends it: header, then payload, unmasked (RFC 6455, section 5.2). */
export function frameText(payload: Uint8Array, allocate: (bytes: number) => Buffer = Buffer.allocUnsafe): Buffer {
  const { length } = payload
  const header = length < TWO_BYTE_LENGTH ? 2 : length < 2 ** 16 ? 4 : 10
  const frame = allocate(header + length)
  frame[0] = FINAL_TEXT
  if (header === 2) frame[1] = length
  else if (header === 4) {
    frame[1] = TWO_BYTE_LENGTH
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = EIGHT_BYTE_LENGTH
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2)
    frame.writeUInt32BE(length % 2 ** 32, 6)
  }
  frame.set(payload, header)
  return frame
}
