import { mkdtemp, rm, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { objectTable } from '#durable/directory/links.ts'
import { ok, refuse } from '#protocol/errors.ts'
import type { CopiedRow } from '#workers/backup/rows.ts'
import { BACKUP_PATH, controlPath, openControlSocket, WITHOUT_FILES } from './control-server.ts'
import type { SnapshotCalls } from './snapshot-desk.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }
let data: string
let control: { close(): void } | undefined

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'snug-control-'))
})
afterEach(async () => {
  control?.close()
  control = undefined
  await rm(data, { recursive: true })
})

/** A share of a store whose rows are told when somebody lets it. */
function share(rows: SnapshotCalls['nextRows']) {
  const asked: string[] = []
  const answer = (what: string) => async () => {
    asked.push(what)
    return ok(null)
  }
  const calls: SnapshotCalls = {
    holdSnapshot: answer('hold'),
    openSnapshot: answer('open'),
    nextRows: rows,
    renewSnapshot: answer('renew'),
    endSnapshot: answer('end'),
  }
  return { calls, asked }
}

async function open(...shares: SnapshotCalls[]): Promise<void> {
  const objects = { kind: 'folder', path: join(data, 'objects'), secret: new Uint8Array(32) } as const
  control = await openControlSocket({ data, log: silent, shares: () => shares, objects })
}

function ask(): Promise<{ status: number | undefined; text: Promise<string> }> {
  return new Promise((resolve, reject) => {
    request({ socketPath: controlPath(data), path: `${BACKUP_PATH}?${WITHOUT_FILES}`, method: 'POST' }, (response) =>
      resolve({ status: response.statusCode, text: text(response) }),
    )
      .on('error', reject)
      .end()
  })
}

test('only the user who runs the host can open it', async () => {
  await open()
  expect((await stat(controlPath(data))).mode & 0o777).toBe(0o600)
})

test('one backup is made at a time', async () => {
  const told = Promise.withResolvers<void>()
  const { calls } = share(async () => {
    await told.promise
    return ok(null)
  })
  await open(calls)
  const first = await ask()
  expect(first.status).toBe(200)
  const second = await ask()
  expect([second.status, await second.text]).toEqual([409, 'A backup is being made already.\n'])
  told.resolve()
  expect(await first.text).toContain('end.json')
  expect((await ask()).status).toBe(200)
})

test('all shares are held before any is opened, and every one ends', async () => {
  const shares = [share(async () => ok(null)), share(async () => ok(null))]
  await open(...shares.map(({ calls }) => calls))
  await (await ask()).text
  for (const { asked } of shares) expect(asked).toEqual(['hold', 'open', 'end'])
})

test('before each object every share is told that the copy goes on', async () => {
  const rows = ['a', 'b'].map(
    (key): CopiedRow => [
      'directory:0',
      'objects',
      key,
      objectTable.put(key, { key, links: 1 }).value ?? new Uint8Array(0),
    ],
  )
  const pages = [ok(rows), ok(null)]
  const shares = [share(async () => pages.shift() ?? ok(null)), share(async () => ok(null))]
  await open(...shares.map(({ calls }) => calls))
  expect(await (await ask()).text).toContain('end.json')
  for (const { asked } of shares) expect(asked).toEqual(['hold', 'open', 'renew', 'renew', 'end'])
})

test('where one share cannot be held, the others go on, and whoever asked is told', async () => {
  const good = share(async () => ok(null))
  const bad = share(async () => ok(null))
  await open(good.calls, { ...bad.calls, holdSnapshot: async () => refuse('retry', 'the thread has ended') })
  const { status, text } = await ask()
  expect([status, await text]).toEqual([500, 'a part of the store cannot be copied: the thread has ended\n'])
  expect(good.asked).toEqual(['hold', 'open', 'end'])
  expect(bad.asked).toEqual(['open', 'end'])
})

test('where a share fails on the way, the archive breaks off', async () => {
  const { calls, asked } = share(async () => refuse('retry', 'the store does not answer'))
  await open(calls)
  const { status, text } = await ask()
  expect(status).toBe(200)
  await expect(text).rejects.toThrow('aborted')
  expect(asked).toContain('end')
})
