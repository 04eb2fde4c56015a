const RATE = 8_000
const HEAD_BYTES = 44

/** Nothing to hear for so many seconds: eight bits, one channel. */
export function silence(seconds: number): Buffer {
  const samples = RATE * seconds
  const file = Buffer.alloc(HEAD_BYTES + samples, 128)
  file.write('RIFF', 0)
  file.writeUInt32LE(HEAD_BYTES - 8 + samples, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(RATE, 24)
  file.writeUInt32LE(RATE, 28)
  file.writeUInt16LE(1, 32)
  file.writeUInt16LE(8, 34)
  file.write('data', 36)
  file.writeUInt32LE(samples, 40)
  return file
}
