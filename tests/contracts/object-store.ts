import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Content, Download, ObjectStore, SignedPut } from '#durable/ports/object-store.ts'
import { ok } from '#protocol/errors.ts'

/** A store of objects, and where clients reach it. */
export type ObjectHost = {
  readonly store: ObjectStore
  readonly origin: string
  /** Whether other bytes than a URL was signed for are refused; else they are found out when they are looked at. */
  readonly refusesOtherContent: boolean
  close(): Promise<void>
}

const KIB = 1024
/** Parts are at least so large, but for the last (S3). */
const PART_BYTES = 5 * KIB * KIB
const PICTURE: Download = { name: 'Ünïcode 照片 "1".png', type: 'image/png', disposition: 'inline' }

/** What a store may lack that only stands in for another one. */
export type Lack = 'parts' | 'headers of downloads'

/** Registers the suite of the ObjectStore port for one adapter on one kind of store. */
export function objectStoreContract(
  name: string,
  open: () => Promise<ObjectHost>,
  lacks: ReadonlySet<Lack> = new Set(),
): void {
  describe(`objects: ${name}`, () => {
    let host: ObjectHost
    beforeAll(async () => {
      host = await open()
    })
    afterAll(() => host.close())

    const put = async ({ url, headers }: SignedPut, body: Buffer) => {
      const answer = await fetch(new URL(url, host.origin), { method: 'PUT', headers, body: new Uint8Array(body) })
      await answer.arrayBuffer()
      return answer.status
    }
    const get = async (url: string, headers: Record<string, string> = {}) =>
      fetch(new URL(url, host.origin), { headers })
    const fetched = async (key: string) =>
      Buffer.from(await (await get(await host.store.presignGet(key, PICTURE))).arrayBuffer())
    const keep = async (bytes: Buffer) => {
      const key = newKey()
      expect(await put(await host.store.presignPut(key, contentOf(bytes)), bytes)).toBe(200)
      return key
    }

    test('what was declared is taken, is equal, and comes back as it was', async () => {
      for (const bytes of [randomBytes(70 * KIB), randomBytes(1)]) {
        const key = await keep(bytes)
        expect(await host.store.verify(key, [contentOf(bytes)])).toEqual(ok('equal'))
        expect((await fetched(key)).equals(bytes)).toBe(true)
      }
    })

    /** As an actor does. Answers what from then on is the object. */
    const looked = async (key: string, contents: readonly Content[]) => {
      const { copy } = host.store
      const place = copy ? newKey() : key
      if (copy) expect(await copy(key, place)).toEqual(ok(true))
      expect(await host.store.verify(place, contents)).toEqual(ok('equal'))
      return place
    }

    const putsOther = async (request: SignedPut, body: Buffer) => {
      const status = await put(request, body)
      if (host.refusesOtherContent) expect(status).toBeGreaterThanOrEqual(400)
    }

    test('fewer bytes and more are refused, and nothing of them is there', async () => {
      const bytes = randomBytes(KIB)
      const key = newKey()
      const request = await host.store.presignPut(key, contentOf(bytes))
      for (const body of [bytes.subarray(1), Buffer.concat([bytes, bytes])])
        expect(await put(request, body)).toBeGreaterThanOrEqual(400)
      expect(await host.store.verify(key, [contentOf(bytes)])).toEqual(ok('missing'))
      expect(await put(request, bytes)).toBe(200)
    })

    test('other bytes of the same length are refused, or found out', async () => {
      const bytes = randomBytes(KIB)
      const key = newKey()
      const request = await host.store.presignPut(key, contentOf(bytes))
      await putsOther(request, randomBytes(KIB))
      const found = host.refusesOtherContent ? 'missing' : 'different'
      expect(await host.store.verify(key, [contentOf(bytes)])).toEqual(ok(found))
      expect(await put(request, bytes)).toBe(200)
      expect(await host.store.verify(key, [contentOf(bytes)])).toEqual(ok('equal'))
    })

    test('what was looked at cannot be changed any more through the URL that brought it', async () => {
      const bytes = randomBytes(KIB)
      const key = newKey()
      const request = await host.store.presignPut(key, contentOf(bytes))
      expect(await put(request, bytes)).toBe(200)
      const place = await looked(key, [contentOf(bytes)])
      const status = await put(request, randomBytes(KIB))
      expect(status >= 400, 'other bytes are refused').toBe(host.refusesOtherContent)
      expect((await fetched(place)).equals(bytes)).toBe(true)
      expect(await host.store.verify(place, [contentOf(bytes)])).toEqual(ok('equal'))
    })

    test('what is there under other facts is different', async () => {
      const bytes = randomBytes(KIB)
      const key = await keep(bytes)
      expect(await host.store.verify(key, [{ ...contentOf(bytes), bytes: KIB + 1 }])).toEqual(ok('different'))
    })

    test('a URL of which anything was changed opens nothing, and neither does one for something else', async () => {
      const bytes = randomBytes(KIB)
      const [key, other] = [await keep(bytes), await keep(randomBytes(KIB))]
      const url = await host.store.presignGet(key, PICTURE)
      for (const changed of [url.replace(key, other), ...changesOf(url, host.origin)])
        expect((await get(changed)).status, changed).toBeGreaterThanOrEqual(400)

      const request = await host.store.presignPut(newKey(), contentOf(bytes))
      for (const changed of [url, ...changesOf(request.url, host.origin)])
        expect(await put({ ...request, url: changed }, bytes), changed).toBeGreaterThanOrEqual(400)
      expect((await get(request.url)).status).toBeGreaterThanOrEqual(400)
    })

    test('a part of it can be had, and no part that is not there', async () => {
      const bytes = randomBytes(KIB)
      const url = await host.store.presignGet(await keep(bytes), PICTURE)
      for (const [range, start, end] of [
        ['0-9', 0, 10],
        ['1000-', 1000, KIB],
        ['-24', 1000, KIB],
      ] as const) {
        const answer = await get(url, { range: `bytes=${range}` })
        expect([answer.status, Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(start, end))]).toEqual([
          206,
          true,
        ])
      }
      expect((await get(url, { range: 'bytes=2000-3000' })).status).toBe(416)
    })

    test('what is deleted is gone; deleting it again is nothing', async () => {
      const bytes = randomBytes(KIB)
      const key = await keep(bytes)
      for (let i = 0; i < 2; i++) expect(await host.store.delete(key)).toEqual(ok(null))
      expect(await host.store.verify(key, [contentOf(bytes)])).toEqual(ok('missing'))
      expect((await get(await host.store.presignGet(key, PICTURE))).status).toBe(404)
    })

    if (!lacks.has('headers of downloads')) {
      test('it is handed out under the name, the type and the way that the server chose', async () => {
        const key = await keep(randomBytes(KIB))
        const answer = await get(await host.store.presignGet(key, PICTURE))
        expect(answer.headers.get('content-type')).toBe('image/png')
        expect(answer.headers.get('content-disposition')).toBe(
          `inline; filename="_n_code __ _1_.png"; filename*=UTF-8''${encodeURIComponent(PICTURE.name)}`,
        )
      })
    }

    if (!lacks.has('parts')) {
      test('a large one comes in parts, each of which is what was declared, and is one when it is joined, however often', async () => {
        const parts = [randomBytes(PART_BYTES), randomBytes(PART_BYTES), randomBytes(7)]
        const contents = parts.map(contentOf)
        const key = newKey()
        const upload = await begin(host.store, key)
        const requests = await Promise.all(
          contents.map((content, i) => host.store.presignPart(key, upload, i + 1, content)),
        )
        const [first, second, third] = requests as [SignedPut, SignedPut, SignedPut]
        expect(await put(first, parts[0] as Buffer)).toBe(200)
        expect(await put(third, parts[2] as Buffer)).toBe(200)
        expect(await host.store.joinParts(key, upload, contents), 'without one').toEqual(ok('missing'))
        expect(await put(second, parts[1] as Buffer)).toBe(200)
        for (let i = 0; i < 2; i++) expect(await host.store.joinParts(key, upload, contents)).toEqual(ok('equal'))
        expect((await fetched(key)).equals(Buffer.concat(parts))).toBe(true)
      })

      test('another part than was declared is refused, or found out', async () => {
        const bytes = randomBytes(PART_BYTES)
        const key = newKey()
        const upload = await begin(host.store, key)
        await putsOther(await host.store.presignPart(key, upload, 1, contentOf(bytes)), randomBytes(PART_BYTES))
        const joined = host.refusesOtherContent ? 'missing' : 'equal'
        expect(await host.store.joinParts(key, upload, [contentOf(bytes)])).toEqual(ok(joined))
        const found = host.refusesOtherContent ? 'missing' : 'different'
        expect(await host.store.verify(key, [contentOf(bytes)])).toEqual(ok(found))
      })

      test('what was joined and looked at cannot be changed any more through the URLs of its parts', async () => {
        const parts = [randomBytes(PART_BYTES), randomBytes(7)]
        const contents = parts.map(contentOf)
        const key = newKey()
        const upload = await begin(host.store, key)
        const requests: SignedPut[] = []
        for (const [i, part] of parts.entries()) {
          const request = await host.store.presignPart(key, upload, i + 1, contentOf(part))
          requests.push(request)
          expect(await put(request, part)).toBe(200)
        }
        expect(await host.store.joinParts(key, upload, contents)).toEqual(ok('equal'))
        const place = await looked(key, contents)
        // Some refuse it, some take it.
        for (const [i, request] of requests.entries()) await put(request, randomBytes(parts[i]?.length ?? 0))
        expect((await fetched(place)).equals(Buffer.concat(parts))).toBe(true)
        expect(await host.store.verify(place, contents)).toEqual(ok('equal'))
      })

      test('parts that were given up are no object', async () => {
        const bytes = randomBytes(KIB)
        const key = newKey()
        const upload = await begin(host.store, key)
        expect(await put(await host.store.presignPart(key, upload, 1, contentOf(bytes)), bytes)).toBe(200)
        for (let i = 0; i < 2; i++) expect(await host.store.dropParts(key, upload)).toEqual(ok(null))
        expect(await host.store.joinParts(key, upload, [contentOf(bytes)])).toEqual(ok('missing'))
      })
    }
  })
}

export function contentOf(bytes: Uint8Array): Content {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('base64url') }
}

export function newKey(): string {
  return randomBytes(16).toString('base64url')
}

/** The URL with each of its parameters changed, and without any. */
function changesOf(url: string, origin: string): string[] {
  const whole = new URL(url, origin)
  const changed = [...whole.searchParams].map(([name, value]) => {
    const other = new URL(whole)
    other.searchParams.set(name, `${value}1`)
    return String(other)
  })
  return [...changed, `${whole.origin}${whole.pathname}`]
}

async function begin(store: ObjectStore, key: string): Promise<string> {
  const begun = await store.beginParts(key)
  if ('refused' in begun) throw new Error(begun.refused.reason)
  return begun.ok
}
