import { randomBytes } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import type { SignedPut } from '#durable/ports/object-store.ts'
import { ok } from '#protocol/errors.ts'
import { contentOf, KIB, newKey, type ObjectClient, PART_BYTES } from './host.ts'

/** An object may come in parts. */
export function objectPartsContract(open: () => ObjectClient): void {
  let client: ObjectClient
  beforeAll(() => {
    client = open()
  })

  test('a large one comes in parts, each of which is what was declared, and is one when it is joined, however often', async () => {
    const parts = [randomBytes(PART_BYTES), randomBytes(PART_BYTES), randomBytes(7)]
    const contents = parts.map(contentOf)
    const key = newKey()
    const upload = await client.begin(key)
    const requests = await Promise.all(
      contents.map((content, i) => client.store.presignPart(key, upload, i + 1, content)),
    )
    const [first, second, third] = requests as [SignedPut, SignedPut, SignedPut]
    expect(await client.put(first, parts[0] as Buffer)).toBe(200)
    expect(await client.put(third, parts[2] as Buffer)).toBe(200)
    expect(await client.store.joinParts(key, upload, contents), 'without one').toEqual(ok('missing'))
    expect(await client.put(second, parts[1] as Buffer)).toBe(200)
    for (let i = 0; i < 2; i++) expect(await client.store.joinParts(key, upload, contents)).toEqual(ok('equal'))
    expect((await client.fetched(key)).equals(Buffer.concat(parts))).toBe(true)
  })

  test('another part than was declared is refused, or found out', async () => {
    const bytes = randomBytes(PART_BYTES)
    const key = newKey()
    const upload = await client.begin(key)
    await client.putOther(await client.store.presignPart(key, upload, 1, contentOf(bytes)), randomBytes(PART_BYTES))
    const joined = client.host.refusesOtherContent ? 'missing' : 'equal'
    expect(await client.store.joinParts(key, upload, [contentOf(bytes)])).toEqual(ok(joined))
    const found = client.host.refusesOtherContent ? 'missing' : 'different'
    expect(await client.store.verify(key, [contentOf(bytes)])).toEqual(ok(found))
  })

  test('what was joined and looked at cannot be changed any more through the URLs of its parts', async () => {
    const parts = [randomBytes(PART_BYTES), randomBytes(7)]
    const contents = parts.map(contentOf)
    const key = newKey()
    const upload = await client.begin(key)
    const requests: SignedPut[] = []
    for (const [i, part] of parts.entries()) {
      const request = await client.store.presignPart(key, upload, i + 1, contentOf(part))
      requests.push(request)
      expect(await client.put(request, part)).toBe(200)
    }
    expect(await client.store.joinParts(key, upload, contents)).toEqual(ok('equal'))
    const place = await client.looked(key, contents)
    // Some refuse it, some take it.
    for (const [i, request] of requests.entries()) await client.put(request, randomBytes(parts[i]?.length ?? 0))
    expect((await client.fetched(place)).equals(Buffer.concat(parts))).toBe(true)
    expect(await client.store.verify(place, contents)).toEqual(ok('equal'))
  })

  test('parts that were given up are no object', async () => {
    const bytes = randomBytes(KIB)
    const key = newKey()
    const upload = await client.begin(key)
    expect(await client.put(await client.store.presignPart(key, upload, 1, contentOf(bytes)), bytes)).toBe(200)
    for (let i = 0; i < 2; i++) expect(await client.store.dropParts(key, upload)).toEqual(ok(null))
    expect(await client.store.joinParts(key, upload, [contentOf(bytes)])).toEqual(ok('missing'))
  })
}
