import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Write } from '#durable/ports/storage.ts'
import { OpenStore } from '#tests/support/redis/chronicle.ts'
import { RedisProxy } from '#tests/support/redis/proxy.ts'
import { RedisServer } from '#tests/support/redis/server.ts'
import type { CopiedRow } from '#workers/backup/rows.ts'
import { ActorStorage } from '../storage.ts'
import { Store } from '../store/store.ts'
import type { ActorPartition, ActorStore } from '../stores.ts'
import { SnapshotStore } from './snapshot-store.ts'

const ACTORS = Array.from({ length: 8 }, (_, i) => `room:${i}`)
/** More than a page. */
const ROWS = 150

describe('of the embedded store', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snug-snapshot-'))
  })
  const stores: Store[] = []
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()))
    await rm(folder, { recursive: true })
  })
  testSnapshots(async () => {
    const store = await Store.open(join(folder, String(stores.length)))
    stores.push(store)
    return store
  })
})

describe('of a store of the Redis protocol', () => {
  let server: RedisServer
  let proxy: RedisProxy
  const stores: OpenStore[] = []
  beforeAll(async () => {
    server = await RedisServer.start()
    proxy = await RedisProxy.start(server.port, server.host)
  })
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()))
    expect(proxy.uncommon).toEqual([])
    await proxy.stop()
    await server.stop()
  })
  testSnapshots(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()))
    await server.empty()
    const opened = await OpenStore.open([proxy.url])
    stores.push(opened)
    return opened.store
  })
})

function testSnapshots(open: () => Promise<ActorStore>): void {
  test('a snapshot holds every row once', async () => {
    const { store, storages } = await filled(open)
    await store.holdSnapshot()
    store.openSnapshot()
    expect(sorted(await all(store))).toEqual(sorted(await expected(storages)))
    await store.endSnapshot()
  })

  test('I2: it is of one moment, whatever is put, changed and deleted while it is read', async () => {
    const { store, storages } = await filled(open)
    const before = await expected(storages)
    await store.holdSnapshot()
    const changes = ACTORS.map((actor, i) => storages[i]?.commit({ writes: changesOf(actor, 0) }))
    store.openSnapshot()
    const rows: CopiedRow[] = []
    let round = 0
    for await (const some of store.snapshotRows()) {
      rows.push(...some)
      round += 1
      const actor = round % ACTORS.length
      await storages[actor]?.commit({ writes: changesOf(ACTORS[actor] ?? '', round) })
    }
    await Promise.all(changes)
    expect(sorted(rows)).toEqual(sorted(before))
    await store.endSnapshot()
  })

  test('a table that loses all its rows before it is read is in it', async () => {
    const { store, storages } = await filled(open)
    const before = await expected(storages)
    await store.holdSnapshot()
    const emptied = storages[3]?.commit({ writes: deletionsOf('named', 0, ROWS) })
    store.openSnapshot()
    await emptied
    expect(sorted(await all(store))).toEqual(sorted(before))
    await store.endSnapshot()
  })

  test('when all of it was read nothing is kept any more, of a table that is new either', async () => {
    const counted = countingReads(await open())
    const { store, storages } = await filled(async () => counted.store)
    await store.holdSnapshot()
    store.openSnapshot()
    await storages[0]?.commit({ writes: [put('new before', 'key', 'value')] })
    expect(counted.reads).toBeGreaterThan(0)
    await all(store)
    counted.reads = 0
    await storages[0]?.commit({ writes: [put('new since', 'key', 'value'), put('named', nameOf(1), 'changed')] })
    expect(counted.reads).toBe(0)
    await store.endSnapshot()
  })

  test('nothing is committed while it is held, and then all in the order it came', async () => {
    const { store, storages } = await filled(open)
    const [storage] = storages
    if (!storage) throw new Error('no actor')
    await store.holdSnapshot()
    let stored = 0
    const puts = Array.from({ length: 50 }, (_, i) => storage.commit({ writes: [put('named', 'last', `${i}`)] }))
    for (const each of puts) void each.then(() => stored++)
    await storages[1]?.settled()
    expect(stored).toBe(0)
    store.openSnapshot()
    await puts[10]
    const ended = store.endSnapshot()
    puts.push(storage.commit({ writes: [put('named', 'last', 'the very last')] }))
    await Promise.all([...puts, ended])
    const [value] = await storage.get('named', ['last'])
    expect(String(value)).toBe('the very last')
  })
}

/** How often rows are read by their keys, which is before they change. */
function countingReads(inner: ActorStore) {
  const counted = {
    reads: 0,
    store: new Proxy(inner, {
      get(target, name) {
        if (name === 'partitionOf') return partitionOf
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    }),
  }
  const partitions = new Map<ActorPartition, ActorPartition>()
  const partitionOf = (actor: string): ActorPartition => {
    const partition = inner.partitionOf(actor)
    const known = partitions.get(partition) ?? countingPartition(partition)
    partitions.set(partition, known)
    return known
  }
  const countingPartition = (partition: ActorPartition): ActorPartition => ({
    commit: (change) => partition.commit(change),
    rows(name, table) {
      const rows = partition.rows(name, table)
      return {
        page: (after, limit) => rows.page(after, limit),
        range: (...args) => rows.range(...args),
        get(keys) {
          counted.reads++
          return rows.get(keys)
        },
      }
    },
  })
  return counted
}

async function filled(open: () => Promise<ActorStore>) {
  const store = new SnapshotStore(await open())
  const storages = ACTORS.map((actor) => new ActorStorage(store.partitionOf(actor), actor))
  for (const [i, storage] of storages.entries()) {
    const numbered = Array.from({ length: ROWS }, (_, n) => put('timeline', n + 1, `${i} ${n}`))
    const named = Array.from({ length: ROWS }, (_, n) => put('named', nameOf(n), `${i} ${n}`))
    await storage.commit({ writes: [...numbered, ...named] })
  }
  return { store, storages }
}

/** Appends, overwrites and deletes, at the beginning of tables and at their ends. */
function changesOf(actor: string, round: number): Write[] {
  const at = round % ROWS
  return [
    put('timeline', ROWS + 1 + round, `${actor} appended`),
    put('timeline', at + 1, `${actor} overwritten`),
    put('named', nameOf(at), `${actor} overwritten`),
    put('named', `new ${round}`, `${actor} new`),
    put('a new table', 'key', 'value'),
    ...deletionsOf('named', (7 * round) % ROWS, ((7 * round) % ROWS) + 5),
  ]
}

function deletionsOf(table: string, from: number, to: number): Write[] {
  return Array.from({ length: to - from }, (_, i) => ({ table, key: nameOf(from + i) }))
}

function put(table: string, key: string | number, text: string): Write {
  return { table, key, value: Buffer.from(text) }
}

function nameOf(n: number): string {
  return String(n).padStart(4, '0')
}

async function all(store: SnapshotStore): Promise<CopiedRow[]> {
  const rows: CopiedRow[] = []
  for await (const some of store.snapshotRows()) rows.push(...some)
  return rows
}

async function expected(storages: readonly ActorStorage[]): Promise<CopiedRow[]> {
  const rows: CopiedRow[] = []
  for (const [i, storage] of storages.entries()) {
    for (const table of ['timeline', 'named']) {
      const page = await storage.page(table, undefined, 10_000)
      rows.push(...page.map(([key, value]): CopiedRow => [ACTORS[i] ?? '', table, key, value]))
    }
  }
  return rows
}

function sorted(rows: readonly CopiedRow[]): string[] {
  return rows.map(([actor, table, key, value]) => `${actor} ${table} ${key} ${value}`).sort()
}
