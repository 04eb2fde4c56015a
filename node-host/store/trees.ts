import type { Database, RootDatabase } from 'lmdb'
import { ALARMS, decodeNumber, type Entry, encodeNumber, entriesOf, NUMBER_BYTES } from './batch.ts'
import type { LogState, TreesState } from './log-reading.ts'
import { Tree } from './tree.ts'

/** So few that to hand them to LMDB holds up nobody on this thread; more where otherwise there were many transactions. */
const MIN_ENTRIES = 128
const MAX_TRANSACTIONS = 8

export const BINARY = { encoding: 'binary', keyEncoding: 'binary' } as const
export const TREE_NAMES = ['rows', 'alarms', 'moved'] as const

/**
 * LMDB reads into a buffer that it uses again, and says how much of it is the row. The copy comes from Node's pool of
 * memory: that halves what reading a page costs.
 */
const ROW = {
  encode: (row: Uint8Array) => row,
  decode(read: Buffer, size: unknown = read.length): Uint8Array {
    const length = typeof size === 'number' ? size : read.length
    const row = Buffer.allocUnsafe(length)
    row.set(read.subarray(0, length))
    return row
  },
}

const NUMBER = Buffer.from('number')
const MARKS = Buffer.from('marks')
const PLACE = Buffer.from('place')

/** The trees of a partition, in one LMDB environment, and what they know of their log. */
export class Trees {
  readonly rows: Tree
  readonly alarms: Tree
  readonly #environment: RootDatabase<Buffer, Buffer>
  readonly #moved: Database<Buffer, Buffer>

  private constructor(environment: RootDatabase<Buffer, Buffer>) {
    // Its types do not know of the encoder.
    const rows = { name: 'rows', keyEncoding: 'binary', encoder: ROW } as const
    this.#environment = environment
    this.rows = new Tree(environment.openDB(rows))
    this.alarms = new Tree(environment.openDB({ name: 'alarms', ...BINARY }))
    this.#moved = environment.openDB({ name: 'moved', ...BINARY })
  }

  /**
   * New trees, and those of an older Snug, belong to this place from here on. Loads LMDB only where it is needed: that
   * starts the thread pool, whose size must be set by then (threads.ts).
   */
  static async open(folder: string, place: string): Promise<Trees> {
    const { open } = await import('lmdb')
    const environment = open<Buffer, Buffer>({
      path: folder,
      noSubdir: false,
      maxDbs: TREE_NAMES.length,
      // A write resolves only after its fdatasync.
      overlappingSync: false,
      // A move gathers by itself; LMDB's own batch for each turn has a promise that nobody can handle.
      eventTurnBatching: false,
      ...BINARY,
    })
    const trees = new Trees(environment)
    if (trees.state.place === undefined) await trees.#written(trees.#moved.put(PLACE, Buffer.from(place)))
    return trees
  }

  get state(): TreesState {
    return stateIn(this.#moved)
  }

  /** From here on readers see what is in a batch that is durable in the log. */
  show(batch: Buffer): void {
    for (const entry of entriesOf(batch)) this.#tree(entry).add(entry)
  }

  /**
   * Stores what was shown so far, up to batch `last`; answers how much. The marks that the log has by then go with the
   * last of it. Rejects with what the system said.
   */
  async move(last: number, mark: () => Promise<LogState['marks']>): Promise<number> {
    const entries = [...this.rows.beginMove(), ...this.alarms.beginMove()]
    const atOnce = Math.max(MIN_ENTRIES, Math.ceil(entries.length / MAX_TRANSACTIONS))
    let at = 0
    do {
      const some = entries.slice(at, at + atOnce)
      at += some.length
      // The number goes with the last of them: what an interrupted move has stored is stored once more.
      await this.#store(some, at === entries.length ? { moved: last, marks: await mark() } : undefined)
    } while (at < entries.length)
    this.rows.endMove()
    this.alarms.endMove()
    return entries.length
  }

  /** What the log is from here on. */
  async remember(log: LogState): Promise<void> {
    await this.#store([], log)
  }

  async close(): Promise<void> {
    await this.#environment.close()
  }

  async #store(entries: readonly Entry[], state: LogState | undefined): Promise<void> {
    // The promises of the single writes are settled already: their batch answers for all of them.
    const batch = this.#environment.batch(() => {
      for (const entry of entries) this.#tree(entry).store(entry)
      if (!state) return
      void this.#moved.put(NUMBER, encodeNumber(state.moved))
      if (state.marks) void this.#moved.put(MARKS, Buffer.concat(state.marks.map(encodeNumber)))
    })
    await this.#written(batch)
  }

  /** Rejects with what the system said. */
  async #written(write: Promise<unknown>): Promise<void> {
    try {
      await write
    } catch (error) {
      throw await reasonOf(error)
    }
  }

  #tree({ tree }: Entry): Tree {
    return tree === ALARMS ? this.alarms : this.rows
  }
}

export function stateIn(moved: Database<Buffer, Buffer>): TreesState {
  const [number, marks] = [moved.get(NUMBER), moved.get(MARKS)]
  return {
    moved: number ? decodeNumber(number) : 0,
    marks: marks && [decodeNumber(marks), decodeNumber(marks.subarray(NUMBER_BYTES))],
    place: moved.get(PLACE)?.toString(),
  }
}

/** lmdb rejects with "see commitError", which is a promise that rejects with what the system said. */
async function reasonOf(error: unknown): Promise<Error> {
  const reason = error instanceof Error && 'commitError' in error ? error.commitError : undefined
  try {
    await reason
  } catch (cause) {
    if (cause instanceof Error) return cause
  }
  return error instanceof Error ? error : new Error(String(error))
}
