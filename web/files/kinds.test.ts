import { expect, test } from 'vitest'
import type { Attachment } from '#protocol/file.ts'
import { makeId } from '#protocol/ids.ts'
import { isPdf } from './kinds.ts'

function called(name: string, type: string): Attachment {
  return { file: makeId('file', new Uint8Array(16)), name, type, bytes: 1 }
}

test('a PDF is what is called one by its type, or by its name where the browser of its sender knew no type', () => {
  expect(isPdf(called('Map', 'application/pdf'))).toBe(true)
  expect(isPdf(called('Map.PDF', 'application/octet-stream'))).toBe(true)
  expect(isPdf(called('Map.pdf', 'image/png'))).toBe(false)
  expect(isPdf(called('pdf', 'application/octet-stream'))).toBe(false)
})
