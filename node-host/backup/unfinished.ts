import type { Storage } from '#durable/ports/storage.ts'
import { StartError } from '../start-error.ts'
import { ActorStorage } from '../storage.ts'
import type { ActorStore } from '../stores.ts'

/** Stands in a store from the first row of a restore to its last: with a half of one nobody is to work. */
export const UNFINISHED = 'restore:unfinished'
const TABLE = 'state'
const KEY = 'begun'

export async function beginRestore(store: ActorStore): Promise<void> {
  await storageIn(store).commit({ writes: [{ table: TABLE, key: KEY, value: new Uint8Array(0) }] })
}

export async function endRestore(store: ActorStore): Promise<void> {
  await storageIn(store).commit({ writes: [{ table: TABLE, key: KEY }] })
}

export async function isUnfinished(store: ActorStore): Promise<boolean> {
  const [row] = await storageIn(store).get(TABLE, [KEY])
  return row !== undefined
}

/** Throws a StartError. `store` has the partition in which it would stand. */
export async function assertFinished(store: ActorStore): Promise<void> {
  if (await isUnfinished(store))
    throw new StartError(
      'A restore into this store was interrupted: run `npm run restore` once more, with the same backup.',
    )
}

function storageIn(store: ActorStore): Storage {
  return new ActorStorage(store.partitionOf(UNFINISHED), UNFINISHED)
}
