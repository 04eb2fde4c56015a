import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import type { SignedPut } from '#durable/ports/object-store.ts'
import { ok } from '#protocol/errors.ts'
import { contentOf, KIB, newKey, type ObjectClient, PART_BYTES, PICTURE } from './host.ts'

const MINUTE_MS = 60_000
const CHECKSUM = 'x-amz-checksum-sha256'

/** A URL does what it was made for, as long as it holds, and nothing else. */
export function objectUrlsContract(open: () => ObjectClient, hasParts: boolean): void {
  let client: ObjectClient
  beforeAll(() => {
    client = open()
  })

  /** Signed by a clock that is so much behind. */
  const ago = async <T>(ms: number, sign: () => Promise<T>): Promise<T> => {
    client.host.time.aheadMs = -ms
    try {
      return await sign()
    } finally {
      client.host.time.aheadMs = 0
    }
  }

  /** Under these URLs, under its own with any parameter changed, and with the checksum of other bytes. */
  const refusesChanged = async (request: SignedPut, bytes: Buffer, urls: readonly string[]) => {
    for (const url of [...urls, ...changesOf(request.url, client.host.origin)])
      expect(await client.put({ ...request, url }, bytes), url).toBeGreaterThanOrEqual(400)
    if (!(CHECKSUM in request.headers)) return
    const other = randomBytes(bytes.length)
    const headers = { ...request.headers, [CHECKSUM]: createHash('sha256').update(other).digest('base64') }
    expect(await client.put({ ...request, headers }, other), 'another checksum').toBeGreaterThanOrEqual(400)
    expect(await client.put({ ...request, headers: {} }, bytes), 'no checksum').toBeGreaterThanOrEqual(400)
    const longer = Buffer.concat([bytes, bytes])
    expect(await client.put(request, longer), 'another length').toBeGreaterThanOrEqual(400)
  }

  test('a URL of which anything was changed opens nothing, and neither does one for something else', async () => {
    const [key, other] = [await client.keep(randomBytes(KIB)), await client.keep(randomBytes(KIB))]
    const url = await client.store.presignGet(key, PICTURE)
    for (const changed of [url.replace(key, other), ...changesOf(url, client.host.origin)])
      expect((await client.get(changed)).status, changed).toBeGreaterThanOrEqual(400)
  })

  test('what is sent to a URL of which anything was changed is refused, and nothing of it is there', async () => {
    const [bytes, kept] = [randomBytes(KIB), randomBytes(KIB)]
    const [key, other] = [newKey(), await client.keep(kept)]
    const request = await client.store.presignPut(key, contentOf(bytes))
    await refusesChanged(request, bytes, [
      request.url.replace(key, other),
      request.url.replace(key, newKey()),
      await client.store.presignGet(key, PICTURE),
    ])
    expect((await client.get(request.url)).status).toBeGreaterThanOrEqual(400)
    expect(await client.store.verify(key, [contentOf(bytes)])).toEqual(ok('missing'))
    expect((await client.fetched(other)).equals(kept)).toBe(true)
    expect(await client.put(request, bytes), 'as it was').toBe(200)
  })

  test('a URL holds for five minutes, and nothing of what comes later is there', async () => {
    const [bytes, kept] = [randomBytes(KIB), randomBytes(KIB)]
    const there = await client.keep(kept)
    const keys = [newKey(), newKey()] as const
    const made = (key: string) =>
      Promise.all([client.store.presignGet(there, PICTURE), client.store.presignPut(key, contentOf(bytes))])
    const [url, request] = await ago(4 * MINUTE_MS, () => made(keys[0]))
    expect([(await client.get(url)).status, await client.put(request, bytes)], 'in time').toEqual([200, 200])

    const [lateUrl, lateRequest] = await ago(6 * MINUTE_MS, () => made(keys[1]))
    for (const each of [lateUrl, ...changesOf(lateUrl, client.host.origin)])
      expect((await client.get(each)).status, each).toBeGreaterThanOrEqual(400)
    await refusesChanged(lateRequest, bytes, [lateRequest.url])
    expect(await client.store.verify(keys[1], [contentOf(bytes)])).toEqual(ok('missing'))

    const over = await ago(6 * MINUTE_MS, () => client.store.presignPut(there, contentOf(bytes)))
    expect(await client.put(over, bytes)).toBeGreaterThanOrEqual(400)
    expect((await client.fetched(there)).equals(kept)).toBe(true)
  })

  if (!hasParts) return

  test('a part is sent to its own URL, as it was signed and within five minutes, or not at all', async () => {
    const bytes = randomBytes(PART_BYTES)
    const key = newKey()
    const upload = await client.begin(key)
    const made = () => client.store.presignPart(key, upload, 1, contentOf(bytes))
    const late = await ago(6 * MINUTE_MS, made)
    await refusesChanged(late, bytes, [late.url])
    const request = await made()
    await refusesChanged(request, bytes, [request.url.replace(key, newKey())])
    expect(await client.store.joinParts(key, upload, [contentOf(bytes)])).toEqual(ok('missing'))
    expect(await client.put(await ago(4 * MINUTE_MS, made), bytes), 'in time').toBe(200)
    expect(await client.store.joinParts(key, upload, [contentOf(bytes)])).toEqual(ok('equal'))
  })
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
