import { createHash } from 'node:crypto'
import { Agenda } from '#durable/agenda.ts'
import type { Write } from '#durable/ports/storage.ts'
import { ACCOUNT_KEY, accountTable } from '#durable/user/rows.ts'
import { type Contents, isTransient } from '#workers/backup/format.ts'
import { type BackupTarget, readBackup } from '#workers/backup/read.ts'
import type { CopiedRow } from '#workers/backup/rows.ts'
import { Sum } from '#workers/backup/totals.ts'
import { StartError } from '../start-error.ts'
import { ActorStorage } from '../storage.ts'
import type { ActorStore, TableName } from '../stores.ts'
import type { ObjectContents } from './contents.ts'
import { pagesOf } from './pages.ts'
import { beginRestore, endRestore, isUnfinished, UNFINISHED } from './unfinished.ts'

/** A commit takes no more than a MiB; a file of rows is half of that, without the names of its keys. */
const ROWS_OF_COMMIT = 500
/** Kinds of which no server is without: it has a first invitation before anybody owns it. */
const OF_SOMEBODY = ['user:', 'room:']

/** What a restore could not bring back. */
export type Restored = { readonly contents: Contents; readonly missingObjects: readonly string[] }

/** Throws a StartError where somebody's messages are in the store. What a restore has left half done may be there. */
export async function assertFree(store: ActorStore): Promise<void> {
  if (await isUnfinished(store)) return
  for await (const { actor } of store.tables())
    if (OF_SOMEBODY.some((kind) => actor.startsWith(kind)))
      throw new StartError(
        'There are accounts and messages already: restore into a new --data folder, or an empty store.',
      )
}

/** Puts what an archive holds into a store in which nothing is kept, and looks whether it is all there. */
export async function restore(
  archive: ReadableStream<Uint8Array>,
  store: ActorStore,
  contents: ObjectContents,
  restoredAt = Date.now(),
): Promise<Restored> {
  await beginRestore(store)
  await clear(store)
  const held = await readBackup(archive, new StoreTarget(store, contents))
  await assertSame(store, held)
  await finishActors(store, restoredAt)
  const missingObjects: string[] = []
  for (const { key } of held.objects) {
    const there = await contents.read(key)
    await there?.body.cancel()
    if (!there) missingObjects.push(key)
  }
  await endRestore(store)
  return { contents: held, missingObjects }
}

class StoreTarget implements BackupTarget {
  readonly #store: ActorStore
  readonly #contents: ObjectContents

  constructor(store: ActorStore, contents: ObjectContents) {
    this.#store = store
    this.#contents = contents
  }

  async rows(rows: readonly CopiedRow[]): Promise<void> {
    const byActor = Map.groupBy(rows, ([actor]) => actor)
    const commits = [...byActor].flatMap(([actor, all]) => {
      const storage = storageOf(this.#store, actor)
      const writes = all.map(([, table, key, value]): Write => ({ table, key, value }))
      return slices(writes).map((some) => storage.commit({ writes: some }))
    })
    await Promise.all(commits)
  }

  async object(key: string, body: ReadableStream<Uint8Array>): Promise<string> {
    const hash = createHash('sha256')
    await this.#contents.write(
      key,
      hashing(body, (chunk) => hash.update(chunk)),
    )
    return hash.digest('base64url')
  }
}

async function* hashing(body: ReadableStream<Uint8Array>, see: (chunk: Uint8Array) => void): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    see(chunk)
    yield chunk
  }
}

/** What an earlier try has left, or a start before anybody came. */
async function clear(store: ActorStore): Promise<void> {
  for (const table of await tablesOf(store)) {
    const storage = storageOf(store, table.actor)
    for await (const rows of rowsOf(store, table)) {
      const writes = rows.map(([, name, key]): Write => ({ table: name, key }))
      await storage.commit({ writes, wakeAt: null })
    }
  }
}

/** Wakes them when they wanted to be, and tells accounts of the restore. */
async function finishActors(store: ActorStore, restoredAt: number): Promise<void> {
  for (const actor of new Set((await tablesOf(store)).map((table) => table.actor))) {
    const [storage, agenda] = [storageOf(store, actor), new Agenda()]
    await agenda.load(storage)
    const account = actor.startsWith('user:') && (await accountTable.get(storage, ACCOUNT_KEY))
    const writes = account ? [accountTable.put(ACCOUNT_KEY, { ...account, restoredAt })] : []
    if (agenda.wakeAt !== null || account) await storage.commit({ writes, wakeAt: agenda.wakeAt })
  }
}

/** Reads all of it once more. */
async function assertSame(store: ActorStore, { rows }: Contents): Promise<void> {
  const sum = new Sum()
  for (const table of await tablesOf(store))
    for await (const some of rowsOf(store, table)) for (const row of some) sum.add(row)
  if (sum.totals.rows !== rows.rows || sum.totals.digest !== rows.digest)
    throw new Error(`the store holds ${sum.totals.rows} rows, and not the ${rows.rows} of the backup`)
}

/** All that a backup is about, at one moment in which nobody else writes. */
async function tablesOf(store: ActorStore): Promise<TableName[]> {
  const tables: TableName[] = []
  for await (const table of store.tables())
    if (table.actor !== UNFINISHED && !isTransient(table.actor)) tables.push(table)
  return tables
}

async function* rowsOf(store: ActorStore, { actor, table }: TableName): AsyncIterable<CopiedRow[]> {
  for await (const page of pagesOf(store.partitionOf(actor).rows(actor, table)))
    yield page.map(([key, value]): CopiedRow => [actor, table, key, value])
}

function storageOf(store: ActorStore, actor: string): ActorStorage {
  return new ActorStorage(store.partitionOf(actor), actor)
}

function slices<T>(all: readonly T[]): T[][] {
  const count = Math.ceil(all.length / ROWS_OF_COMMIT)
  return Array.from({ length: count }, (_, i) => all.slice(i * ROWS_OF_COMMIT, (i + 1) * ROWS_OF_COMMIT))
}
