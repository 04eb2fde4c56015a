import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '#durable/ports/log.ts'
import { StartError } from '../start-error.ts'
import { Connection, Unanswered } from './connection.ts'
import { FORMAT_KEY } from './layout.ts'

/** A server that begins anew reads what it holds, a few hundred megabytes a second. */
const LOADED_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 200
/** Of an answer: more than this is no sentence. */
const MOST_WORDS = 200

const PASSWORD = 'give the right password with --redis-url, as in redis://:PASSWORD@host:6379'
const CLUSTER = 'give --redis-url a server that is not part of a Redis Cluster'

/** What to do where a server refuses, by the first word of its answer. */
const ADVICE: Readonly<Record<string, string>> = {
  NOAUTH: PASSWORD,
  WRONGPASS: PASSWORD,
  NOPERM: 'give --redis-url a user of it who may run all commands',
  OOM: 'raise its maxmemory',
  READONLY: 'it is a replica: give --redis-url the server that it follows',
  MASTERDOWN: 'it is a replica: give --redis-url the server that it follows',
  MISCONF: 'it cannot write to its disk: make room there, and read its log',
  MOVED: CLUSTER,
  CLUSTERDOWN: CLUSTER,
}

/** A URL without what is secret in it. */
export function placeOf(url: string | undefined): string {
  const { protocol, host, pathname } = new URL(url ?? 'redis://nowhere')
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`
}

/** Why a server did not do what it was asked, in its own words where it has said some. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  const why =
    cause instanceof Error && cause.message !== '' && cause.message !== error.message ? `: ${cause.message}` : ''
  return `${error.message}${why}`.slice(0, MOST_WORDS).replace(/[\s.]+$/, '')
}

/** What to do about it, where that can be told from the words. */
export function adviceFor(error: unknown): string | undefined {
  return error instanceof Unanswered ? ADVICE[error.message.split(' ', 1)[0] ?? ''] : undefined
}

export function openAt(url: string): Promise<Connection> {
  return orSayWhy(placeOf(url), () => Connection.open(url))
}

/** Where a server refuses something without which no host starts, whoever starts it is told so, and what to do. */
export async function orSayWhy<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error
    const advice = adviceFor(error) ?? 'see that it runs and can be reached, and start again'
    throw new StartError(`The store at ${place} cannot be used (${wordsOf(error)}): ${advice}.`, { cause: error })
  }
}

/** A server that was started just now, after a reboot of the machine perhaps, is waited for. */
export async function waitUntilLoaded(connection: Connection, place: string, log: Log): Promise<void> {
  const until = performance.now() + LOADED_WITHIN_MS
  for (let isFirst = true; await isLoading(connection); isFirst = false) {
    if (isFirst) log.info('the store still loads its data: waiting for it', { at: place })
    if (performance.now() > until)
      throw new StartError(`The store at ${place} still loads its data: start again when it has.`)
    await sleep(LOOK_EVERY_MS)
  }
}

async function isLoading(connection: Connection): Promise<boolean> {
  try {
    await connection.send([['get', FORMAT_KEY]])
    return false
  } catch (error) {
    if (error instanceof Unanswered && error.message.startsWith('LOADING')) return true
    throw error
  }
}
