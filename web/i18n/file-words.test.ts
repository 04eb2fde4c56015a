import { expect, test } from 'vitest'
import { paceWords, sizeWords } from './file-words.ts'

test.each([
  [0, '0 bytes', '0字节'],
  [1, '1 byte', '1字节'],
  [999, '999 bytes', '999字节'],
  [1_234, '1.2 kB', '1.2 kB'],
  [22_400_000, '22 MB', '22 MB'],
])('%i bytes', (bytes, english, chinese) => {
  expect(sizeWords(bytes, 'en')).toBe(english)
  expect(sizeWords(bytes, 'zh')).toBe(chinese)
})

test('a pace is a size a second', () => {
  expect(paceWords(1_200_000, 'en')).toBe('1.2 MB/s')
})
