import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SignedUrls } from '#workers/signed-urls.ts'
import { FolderObjects } from '../object-store/folder.ts'
import { Store } from '../store/store.ts'
import { SnapshotDesk } from './snapshot-desk.ts'
import { SnapshotStore } from './snapshot-store.ts'

const HOUR_MS = 3_600_000

let folder: string
let store: Store
let now: number
const clock = { now: () => now }

beforeEach(async () => {
  now = 1_000
  folder = await mkdtemp(join(tmpdir(), 'snug-desk-'))
  store = await Store.open(join(folder, 'store'))
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

test('objects are deleted later as long as a snapshot is copied, and not for ever where whoever took it is gone', async () => {
  const desk = new SnapshotDesk(new SnapshotStore(store), clock)
  const files = await FolderObjects.open(join(folder, 'objects'), new SignedUrls(new Uint8Array(32)), clock)
  const objects = desk.keeping(files)
  const isKept = async () => 'refused' in (await objects.delete('a'))
  expect(await isKept()).toBe(false)
  await desk.holdSnapshot()
  await desk.openSnapshot()
  for (const copies of [() => desk.nextRows(), () => desk.renewSnapshot(), () => desk.renewSnapshot()]) {
    now += 5 * HOUR_MS
    expect(await isKept()).toBe(true)
    await copies()
  }
  now += 6 * HOUR_MS
  expect(await isKept()).toBe(false)
  await desk.holdSnapshot()
  await desk.endSnapshot()
  await desk.renewSnapshot()
  expect(await isKept()).toBe(false)
})
