import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { MAX_PARTS_PER_REQUEST, PART_BYTES } from '#protocol/limits.ts'
import { count } from '../support/counts.ts'
import { startHost } from '../support/hosts.ts'
import { memoryOf } from '../support/memory-of.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'

const MIB = 1024 * 1024
const FILE_MIB = count(192, 1024)
const AT_MOST_MIB = 50
const LOOK_EVERY_MS = 20

test(`a file of ${FILE_MIB} MiB, sent and fetched, takes at most ${AT_MOST_MIB} MiB of memory where the host keeps files in a folder`, {
  timeout: count(60_000, 600_000),
}, async ({ annotate }) => {
  const host = await startHost('node-host', [], [], { SNUG_S3_URL: '' })
  try {
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const client = (await RawClient.enter(host.socketUrl, token)).acknowledges()
    const room = await openGroupRaw(client)
    const part = randomBytes(PART_BYTES)
    const parts = Array<string>((FILE_MIB * MIB) / PART_BYTES).fill(
      createHash('sha256').update(part).digest('base64url'),
    )
    const file = makeId('file', randomBytes(16))
    const before = await memoryOf(host)
    let most = before
    const looking = setInterval(() => void memoryOf(host).then((mib) => (most = Math.max(most, mib))), LOOK_EVERY_MS)

    const declaration = { file, name: 'film.bin', type: 'application/octet-stream', bytes: FILE_MIB * MIB, parts }
    expect(await client.asks({ type: 'declare-file', id: 1, declaration })).toMatchObject({ state: 'declared' })
    for (let first = 0; first < parts.length; first += MAX_PARTS_PER_REQUEST) {
      const some = Array.from(
        { length: Math.min(MAX_PARTS_PER_REQUEST, parts.length - first) },
        (_, i) => first + i + 1,
      )
      const signed = await client.asks({ type: 'sign-upload', id: 2, file, parts: some })
      if (signed.type !== 'puts') throw new Error(JSON.stringify(signed))
      for (const { url, headers } of signed.puts) {
        const sent = await fetch(new URL(url, host.url), { method: 'PUT', headers, body: part })
        expect(sent.status).toBe(200)
      }
    }
    expect(await client.asks({ type: 'finish-upload', id: 3, file })).toMatchObject({ state: 'kept' })
    const message = { type: 'send', room, producer: makeId('producer', randomBytes(16)), n: 1, text: '' } as const
    expect(await client.asks({ ...message, files: [{ file }] })).toMatchObject({ type: 'stored' })

    const got = await client.asks({ type: 'get-file', id: 4, room, file })
    if (got.type !== 'file-url') throw new Error(JSON.stringify(got))
    const answer = await fetch(new URL(got.url, host.url))
    let fetched = 0
    for await (const chunk of answer.body ?? []) fetched += chunk.length
    clearInterval(looking)
    expect(fetched).toBe(FILE_MIB * MIB)
    await annotate(`${(most - before).toFixed(0)} MiB more than the ${before.toFixed(0)} before it`)
    expect(most - before).toBeLessThan(AT_MOST_MIB)
    client.close()
  } finally {
    await host.dispose()
  }
})
