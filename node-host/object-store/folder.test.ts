import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { objectStoreContract } from '#tests/contracts/object-store.ts'
import { contentOf, newKey, type ObjectHost, TestClock } from '#tests/contracts/objects/host.ts'
import { objectRoutes } from '#workers/object-routes.ts'
import { SignedUrls } from '#workers/signed-urls.ts'
import { FolderObjects } from './folder.ts'

type FolderHost = ObjectHost & { readonly store: FolderObjects; readonly folder: string }

async function openHost(): Promise<FolderHost> {
  const folder = await mkdtemp(join(tmpdir(), 'snug-objects-'))
  const time = new TestClock()
  const urls = new SignedUrls(randomBytes(32))
  const store = await FolderObjects.open(folder, urls, time)
  const app = objectRoutes({ files: store, urls, now: () => time.now(), patienceMs: 500 })
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const opened = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve(opened))
  })
  return {
    store,
    folder,
    time,
    refusesOtherContent: true,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }
}

objectStoreContract('a folder', openHost)

describe('objects in a folder', () => {
  let host: FolderHost
  beforeAll(async () => {
    host = await openHost()
  })
  afterAll(() => host.close())

  const put = async (url: string, body: Uint8Array<ArrayBuffer>) =>
    (await fetch(new URL(url, host.origin), { method: 'PUT', body })).status

  test('a name that leads out of the folder is refused, and nothing is read, written or removed there', async () => {
    const outside = join(host.folder, '..', `${basename(host.folder)}-outside`)
    await writeFile(outside, 'theirs')
    const [key, upload] = [join('..', '..', basename(outside)), join('..', '..', basename(outside))]
    const bytes = Readable.from([Buffer.from('ours')])
    const content = contentOf(new Uint8Array(4))
    await expect(host.store.put(key, bytes)).rejects.toThrow(RangeError)
    await expect(host.store.read(key)).rejects.toThrow(RangeError)
    await expect(host.store.delete(key)).rejects.toThrow(RangeError)
    await expect(host.store.dropParts('key', upload)).rejects.toThrow(RangeError)
    await expect(host.store.joinParts('key', upload, [content])).rejects.toThrow(RangeError)
    expect(await readFile(outside, 'utf8')).toBe('theirs')
    await rm(outside)
  })

  test('what was refused, or broke off, leaves no file', async () => {
    const bytes = new Uint8Array(100_000)
    const { url } = await host.store.presignPut(newKey(), contentOf(bytes))
    expect(await put(url, new Uint8Array(100_000).fill(1))).toBe(400)
    const request = new AbortController()
    const body = new ReadableStream({
      start: (stream) => stream.enqueue(bytes.subarray(1)),
      pull: () => request.abort(),
    })
    const headers = { 'content-length': String(bytes.length) }
    const options = { method: 'PUT', headers, body, duplex: 'half', signal: request.signal } as RequestInit
    await expect(fetch(new URL(url, host.origin), options)).rejects.toThrow()
    await expect.poll(() => readdir(join(host.folder, 'incoming'))).toEqual([])
  })

  test('an upload that hardly moves is given up', async () => {
    const bytes = new Uint8Array(100)
    const { url } = await host.store.presignPut(newKey(), contentOf(bytes))
    const body = new ReadableStream({ start: (stream) => stream.enqueue(bytes.subarray(1)) })
    const headers = { 'content-length': String(bytes.length) }
    const options = { method: 'PUT', headers, body, duplex: 'half' } as RequestInit
    const answer = await fetch(new URL(url, host.origin), options).catch(() => undefined)
    expect(answer?.ok ?? false).toBe(false)
    await expect.poll(() => readdir(join(host.folder, 'incoming'))).toEqual([])
  })

  test('what it hands out cannot run where the page runs', async () => {
    const bytes = new TextEncoder().encode('<script>alert(1)</script>')
    const key = newKey()
    await put((await host.store.presignPut(key, contentOf(bytes))).url, bytes)
    const url = await host.store.presignGet(key, { name: 'a.html', type: 'text/html', disposition: 'attachment' })
    const { headers } = await fetch(new URL(url, host.origin))
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox; frame-ancestors 'none'")
    expect([headers.get('x-content-type-options'), headers.get('content-disposition')]).toEqual([
      'nosniff',
      `attachment; filename="a.html"; filename*=UTF-8''a.html`,
    ])
  })

  test('two writers of one object do not meet', async () => {
    const bytes = new Uint8Array(500_000).fill(7)
    const key = newKey()
    const { url } = await host.store.presignPut(key, contentOf(bytes))
    expect(await Promise.all([put(url, bytes), put(url, bytes), put(url, bytes)])).toEqual([200, 200, 200])
    expect(await host.store.verify(key, [contentOf(bytes)])).toEqual({ ok: 'equal' })
  })
})
