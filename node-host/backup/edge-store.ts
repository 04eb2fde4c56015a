import * as z from 'zod/mini'
import { DIRECTORY_SHARDS } from '#durable/identity.ts'
import type { Entry, Key } from '#durable/ports/storage.ts'
import { decodeValue, encodeValue } from '#workers/backup/rows.ts'
import {
  APART,
  pageRowsSchema,
  ROWS,
  type RowsCommit,
  tableNamesSchema,
  wasPausedSchema,
} from '#workers/backup/rows-protocol.ts'
import { StartError } from '../start-error.ts'
import type { RowsChange } from '../store/change.ts'
import { decodeKey, partsOf, tablePrefix } from '../store/keys.ts'
import type { ActorPartition, ActorStore, TableName, TableRows } from '../stores.ts'
import { pagesOf } from './pages.ts'
import { UNFINISHED } from './unfinished.ts'

/** Where the ids of further actors stand, as keys. */
const INDEXES: Readonly<Record<string, string>> = {
  'directory users': 'user',
  'directory rooms': 'room',
  'user rooms': 'room',
  'room members': 'user',
}
/** More than any table has of which single rows are wanted. */
const SHORT_TABLE_ROWS = 500
const AT_ONCE = 8
/** Of one request. A network that is lost does not say so. */
const ANSWERED_WITHIN_MS = 30_000

/**
 * The rows of a Snug on workerd, at Cloudflare or on a machine, as they can be asked for with its backup secret
 * (workers/cloudflare/rows-route.ts). Objects cannot be listed: they are found from the directories on, each by another
 * that knows it.
 */
export class EdgeStore implements ActorStore {
  readonly #url: string
  readonly #secret: string
  readonly #partition: ActorPartition = {
    commit: (change) => this.#commit(change),
    rows: (actor, table) => this.#rows(actor, table),
  }
  #underWay = 0
  readonly #waiting: (() => void)[] = []

  constructor(url: string, secret: string) {
    this.#url = url.replace(/\/$/, '')
    this.#secret = secret
  }

  readonly batches = undefined

  partitionOf(): ActorPartition {
    return this.#partition
  }

  /** They ring by themselves. */
  async alarms(): Promise<[string, number][]> {
    return []
  }

  async settled(): Promise<void> {}

  async close(): Promise<boolean> {
    return true
  }

  /**
   * Lets nobody in for so long, and tells those who are there to come back later; with 0, lets them in again. Answers
   * whether nobody was let in since it was told last.
   */
  pause(forMs: number): Promise<boolean> {
    return this.#post(ROWS.pause, { forMs }, wasPausedSchema)
  }

  async *tables(): AsyncIterable<TableName> {
    const found = new Set([UNFINISHED, ...Array.from({ length: DIRECTORY_SHARDS }, (_, i) => `directory:${i}`)])
    // Those that are found meanwhile come too.
    for (const actor of found) {
      const tables = await this.#post(ROWS.tables, { actor: nameOf(actor) }, tableNamesSchema)
      for (const table of tables) {
        for await (const named of this.#namedIn(actor, table)) found.add(named)
        yield { actor, table }
      }
    }
  }

  async *#namedIn(actor: string, table: string): AsyncIterable<string> {
    const kind = INDEXES[`${actor.slice(0, actor.indexOf(':'))} ${table}`]
    if (kind === undefined) return
    for await (const page of pagesOf(this.#rows(actor, table))) for (const [id] of page) yield `${kind}:${id}`
  }

  #rows(actor: string, table: string): TableRows {
    const page = async (after: Key | undefined, limit: number): Promise<Entry[]> => {
      const rows = await this.#post(ROWS.page, { actor: nameOf(actor), table, after, limit }, pageRowsSchema)
      return rows.map(([key, value]) => [key, decodeValue(value)])
    }
    return {
      page,
      get: async (keys) => {
        const rows = new Map(await page(undefined, SHORT_TABLE_ROWS))
        return keys.map((key) => rows.get(key))
      },
      range: () => Promise.reject(new Error('a backup reads pages')),
    }
  }

  async #commit({ rows, alarm }: RowsChange): Promise<void> {
    const [first] = rows
    const actor = first ? partsOf(first.key).actor : alarm?.actor
    if (actor === undefined) return
    const writes = rows.map(({ key, value }): RowsCommit['writes'][number] => {
      const { table } = partsOf(key)
      return [table, decodeKey(tablePrefix(actor, table), key), value ? encodeValue(value) : null]
    })
    await this.#post(ROWS.commit, { actor: nameOf(actor), writes, ...(alarm && { wakeAt: alarm.at }) })
  }

  async #post<Answer>(path: string, body: object, schema: z.ZodMiniType<Answer>): Promise<Answer>
  async #post(path: string, body: object): Promise<unknown>
  async #post(path: string, body: object, schema: z.ZodMiniType = z.unknown()): Promise<unknown> {
    await this.#turn()
    try {
      const headers = { authorization: `Bearer ${this.#secret}`, 'content-type': 'application/json' }
      const signal = AbortSignal.timeout(ANSWERED_WITHIN_MS)
      const answer = await fetch(this.#url + path, { method: 'POST', headers, body: JSON.stringify(body), signal })
      if (!answer.ok) throw await refusal(this.#url, answer)
      return z.parse(schema, await answer.json())
    } catch (error) {
      throw error instanceof StartError ? error : unreachable(this.#url, error)
    } finally {
      this.#underWay -= 1
      this.#waiting.shift()?.()
    }
  }

  /** A few requests at a time. */
  async #turn(): Promise<void> {
    if (this.#underWay >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#underWay += 1
  }
}

function nameOf(actor: string): string {
  return actor === UNFINISHED ? APART : actor
}

async function refusal(url: string, answer: Response): Promise<StartError> {
  if (answer.status === 401)
    return new StartError(`The Snug at ${url} has another backup secret: give that one as SNUG_BACKUP_SECRET.`)
  if (answer.status === 404)
    return new StartError(
      `The Snug at ${url} has no backup secret yet: \`npx wrangler secret put SNUG_BACKUP_SECRET\`.`,
    )
  return new StartError(`The Snug at ${url} did not do it (${answer.status}: ${(await answer.text()).trim()}).`)
}

function unreachable(url: string, cause: unknown): StartError {
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause)
  return new StartError(`The Snug at ${url} cannot be reached: ${reason}.`, { cause })
}
