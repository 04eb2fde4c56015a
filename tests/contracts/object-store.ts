import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ok } from '#protocol/errors.ts'
import { contentOf, KIB, newKey, ObjectClient, type ObjectHost, PICTURE } from './objects/host.ts'
import { objectPartsContract } from './objects/parts.ts'
import { objectUrlsContract } from './objects/urls.ts'

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
    let client: ObjectClient
    beforeAll(async () => {
      host = await open()
      client = new ObjectClient(host)
    })
    afterAll(() => host.close())

    test('what was declared is taken, is equal, and comes back as it was', async () => {
      for (const bytes of [randomBytes(70 * KIB), randomBytes(1)]) {
        const key = await client.keep(bytes)
        expect(await client.store.verify(key, [contentOf(bytes)])).toEqual(ok('equal'))
        expect((await client.fetched(key)).equals(bytes)).toBe(true)
      }
    })

    test('fewer bytes and more are refused, and nothing of them is there', async () => {
      const bytes = randomBytes(KIB)
      const key = newKey()
      const request = await client.store.presignPut(key, contentOf(bytes))
      for (const body of [bytes.subarray(1), Buffer.concat([bytes, bytes])])
        expect(await client.put(request, body)).toBeGreaterThanOrEqual(400)
      expect(await client.store.verify(key, [contentOf(bytes)])).toEqual(ok('missing'))
      expect(await client.put(request, bytes)).toBe(200)
    })

    test('other bytes of the same length are refused, or found out', async () => {
      const bytes = randomBytes(KIB)
      const key = newKey()
      const request = await client.store.presignPut(key, contentOf(bytes))
      await client.putOther(request, randomBytes(KIB))
      const found = client.host.refusesOtherContent ? 'missing' : 'different'
      expect(await client.store.verify(key, [contentOf(bytes)])).toEqual(ok(found))
      expect(await client.put(request, bytes)).toBe(200)
      expect(await client.store.verify(key, [contentOf(bytes)])).toEqual(ok('equal'))
    })

    test('what was looked at cannot be changed any more through the URL that brought it', async () => {
      const bytes = randomBytes(KIB)
      const key = newKey()
      const request = await client.store.presignPut(key, contentOf(bytes))
      expect(await client.put(request, bytes)).toBe(200)
      const place = await client.looked(key, [contentOf(bytes)])
      const status = await client.put(request, randomBytes(KIB))
      expect(status >= 400, 'other bytes are refused').toBe(client.host.refusesOtherContent)
      expect((await client.fetched(place)).equals(bytes)).toBe(true)
      expect(await client.store.verify(place, [contentOf(bytes)])).toEqual(ok('equal'))
    })

    test('what is there under other facts is different', async () => {
      const bytes = randomBytes(KIB)
      const key = await client.keep(bytes)
      expect(await client.store.verify(key, [{ ...contentOf(bytes), bytes: KIB + 1 }])).toEqual(ok('different'))
    })

    test('a part of it can be had, and no part that is not there', async () => {
      const bytes = randomBytes(KIB)
      const url = await client.store.presignGet(await client.keep(bytes), PICTURE)
      for (const [range, start, end] of [
        ['0-9', 0, 10],
        ['1000-', 1000, KIB],
        ['-24', 1000, KIB],
      ] as const) {
        const answer = await client.get(url, { range: `bytes=${range}` })
        expect([answer.status, Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(start, end))]).toEqual([
          206,
          true,
        ])
      }
      expect((await client.get(url, { range: 'bytes=2000-3000' })).status).toBe(416)
    })

    test('what is deleted is gone; deleting it again is nothing', async () => {
      const bytes = randomBytes(KIB)
      const key = await client.keep(bytes)
      for (let i = 0; i < 2; i++) expect(await client.store.delete(key)).toEqual(ok(null))
      expect(await client.store.verify(key, [contentOf(bytes)])).toEqual(ok('missing'))
      expect((await client.get(await client.store.presignGet(key, PICTURE))).status).toBe(404)
    })

    if (!lacks.has('headers of downloads')) {
      test('it is handed out under the name, the type and the way that the server chose', async () => {
        const key = await client.keep(randomBytes(KIB))
        const answer = await client.get(await client.store.presignGet(key, PICTURE))
        expect(answer.headers.get('content-type')).toBe('image/png')
        expect(answer.headers.get('content-disposition')).toBe(
          `inline; filename="_n_code __ _1_.png"; filename*=UTF-8''${encodeURIComponent(PICTURE.name)}`,
        )
      })
    }

    objectUrlsContract(() => client, !lacks.has('parts'))
    if (!lacks.has('parts')) objectPartsContract(() => client)
  })
}
