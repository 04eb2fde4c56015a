import { describe, expect, test } from 'vitest'
import { toUtf8 } from '#protocol/text.ts'
import { type BackupTarget, BadBackup, readBackup } from './read.ts'
import type { CopiedRow } from './rows.ts'
import { Sum } from './totals.ts'
import { type BackupSource, writeBackup } from './write.ts'

const ROWS: readonly CopiedRow[] = [
  ['user:ann', 'account', 'name', toUtf8('{"name":"Ann"}')],
  ['room:r', 'timeline', 1, toUtf8('a text, "quoted",\nin two lines')],
  ['room:r', 'timeline', 2 ** 40, Uint8Array.of(0xff, 0x00, 0xfe)],
  ['room:r', 'empty \u0000 \ud800', 'key \ud800', new Uint8Array(0)],
]
const BYTES = toUtf8('the bytes of a file')

test('what was written is read, row by row and object by object', async () => {
  const seen = await readAll(await bytesOf(sourceOf(ROWS)))
  expect(seen.rows).toEqual(ROWS)
  expect(seen.objects).toEqual([['key', BYTES]])
  expect(seen.contents.rows).toMatchObject({ rows: ROWS.length, users: 1, rooms: 1 })
  expect(seen.contents.objects).toEqual([{ key: 'key', sha256: 'hash of key' }])
})

test('many rows stand in many files', async () => {
  const many = Array.from({ length: 3_000 }, (_, i): CopiedRow => ['room:r', 'timeline', i, new Uint8Array(1_000)])
  const archive = await bytesOf(sourceOf(many))
  expect((await readAll(archive)).rows).toEqual(many)
  expect(new TextDecoder('latin1').decode(archive)).toContain('rows/000004.jsonl')
})

test('what holds connections is left out', async () => {
  const seen = await readAll(await bytesOf(sourceOf([['gateway:g0', 'follows', 'x', BYTES], ...ROWS])))
  expect(seen.rows).toEqual(ROWS)
})

test('the sum of rows does not depend on their order, and on each of them', () => {
  const sumOf = (rows: readonly CopiedRow[]) => {
    const sum = new Sum()
    for (const row of rows) sum.add(row)
    return sum.totals
  }
  expect(sumOf([...ROWS].reverse())).toEqual(sumOf(ROWS))
  for (let left = 0; left < ROWS.length; left++)
    expect(sumOf(ROWS.toSpliced(left, 1)).digest).not.toBe(sumOf(ROWS).digest)
})

describe('an archive that is not whole is refused in a sentence', () => {
  test('cut short anywhere', async () => {
    const archive = await bytesOf(sourceOf(ROWS))
    for (let length = 0; length < archive.length - 1_024; length += 97) {
      await expect(readAll(archive.subarray(0, length)), `at ${length}`).rejects.toThrow(BadBackup)
    }
  })

  test('cut short in the middle of an object that comes in pieces', async () => {
    const large = new Uint8Array(300_000)
    const archive = await bytesOf({ ...sourceOf(ROWS), objects: () => namedOnly('key', large) })
    for (let length = 10_000; length < large.length; length += 37_000)
      await expect(readAll(archive.subarray(0, length)), `at ${length}`).rejects.toThrow(BadBackup)
  })

  test('with another byte in a row or an object', async () => {
    const archive = await bytesOf(sourceOf(ROWS))
    for (const text of ['Ann', 'in two']) {
      const changed = archive.slice()
      changed[find(changed, text)] = 0x41 + 2
      await expect(readAll(changed), text).rejects.toThrow('is damaged')
    }
    const changed = await bytesOf(sourceOf(ROWS))
    await expect(readAll(changed, 'another hash')).rejects.toThrow('is damaged')
  })

  test.each(['../../../x', 'a/b', '..', '', '/etc/x'])('with an object that no Snug has named: %j', async (key) => {
    const told: string[] = []
    const archive = await bytesOf({ ...sourceOf(ROWS), objects: () => namedOnly(key, BYTES) })
    await expect(readAll(archive, 'hash of key', told)).rejects.toThrow(BadBackup)
    expect(told).toEqual([])
    const named = await bytesOf({ ...sourceOf(ROWS), objects: () => namedOnly(key) })
    await expect(readAll(named)).rejects.toThrow(BadBackup)
  })

  test('of a newer Snug, or of anything else', async () => {
    const archive = await bytesOf(sourceOf(ROWS))
    archive[find(archive, '"format":1') + '"format":'.length] = 0x39
    await expect(readAll(archive)).rejects.toThrow('was made by a newer Snug (format 9): use that one')
    await expect(readAll(toUtf8('no archive at all'.repeat(100)))).rejects.toThrow('not a backup of Snug')
  })
})

test('where the source fails, the archive breaks off', async () => {
  const source: BackupSource = {
    ...sourceOf(ROWS),
    async *rows() {
      yield ROWS
      throw new Error('the store does not answer')
    },
  }
  await expect(bytesOf(source)).rejects.toThrow('the store does not answer')
})

function sourceOf(rows: readonly CopiedRow[]): BackupSource {
  return {
    takenAt: 1,
    async *rows() {
      for (const row of rows) yield [row]
    },
    async *objects() {
      yield {
        key: 'key',
        content: { bytes: BYTES.length, body: new Blob([BYTES]).stream(), sha256: () => 'hash of key' },
      }
    },
    end: async () => {},
  }
}

async function* namedOnly(key: string, bytes?: Uint8Array<ArrayBuffer>) {
  const content = bytes && { bytes: bytes.length, body: new Blob([bytes]).stream(), sha256: () => 'hash of key' }
  yield { key, content }
}

async function bytesOf(source: BackupSource): Promise<Uint8Array> {
  return new Uint8Array(
    await new Response(writeBackup(source) as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
  )
}

async function readAll(archive: Uint8Array, hash = 'hash of key', told: string[] = []) {
  const rows: CopiedRow[] = []
  const objects: [string, Uint8Array][] = []
  const target: BackupTarget = {
    async rows(some) {
      rows.push(...some)
    },
    async object(key, body) {
      told.push(key)
      objects.push([
        key,
        new Uint8Array(await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer()),
      ])
      return hash
    },
  }
  const stream = new Blob([archive.slice()]).stream()
  return { contents: await readBackup(stream, target), rows, objects }
}

function find(bytes: Uint8Array, text: string): number {
  return new TextDecoder('latin1').decode(bytes).indexOf(text)
}
