import type { MessagePort } from 'node:worker_threads'
import type { MetricObject } from 'prom-client'
import type { Outcome } from '#protocol/errors.ts'
import type { Metrics } from '#workers/app.ts'
import type { SnapshotCalls } from '../backup/snapshot-desk.ts'
import type { StoreSetup } from '../ground.ts'
import type { ObjectsSetup } from '../object-store/take.ts'
import type { Settings } from '../settings-schema.ts'
import { Link } from './link.ts'

/** What a thread is given when it is made. */
export type ThreadSetup = {
  readonly thread: number
  readonly threads: number
  readonly store: StoreSetup
  readonly objects: ObjectsSetup
  /** The port that all threads listen on. */
  readonly port: number
  readonly settings: Settings
  readonly isTerminal: boolean
  /** To the main thread. */
  readonly control: MessagePort
  readonly neighbours: readonly Neighbour[]
}

/** The way to another connection thread. A thread hears of those that are made after it by a message. */
export type Neighbour = { readonly thread: number; readonly port: MessagePort }

/** Why something could not be done, for whoever can mend it. */
export type Problem = { readonly problem: string }

/** What the main thread asks of a connection thread. */
export type ThreadCalls = SnapshotCalls & {
  /** Opens its partitions and lets its actors work. */
  start(): Promise<Outcome<Problem | null>>
  /** Listens. */
  serve(): Promise<Outcome<Problem | null>>
  invite(): Promise<Outcome<string | undefined>>
  metrics(): Promise<Outcome<MetricObject[]>>
  /** Takes no more connections, and tells its clients to come back. */
  dismissClients(): Promise<Outcome<null>>
  /** Ends its actors and closes its partitions. */
  /** Answers whether all that was begun is stored. */
  end(): Promise<Outcome<boolean>>
}

/** Whether a connection from an address has a place, and which. */
export type Entered = { readonly place: number } | { readonly refused: 'full' | 'address' }

/** What a connection thread asks of the main thread. */
export type MainCalls = {
  enter(address: string): Promise<Outcome<Entered>>
  leave(place: number): Promise<Outcome<null>>
  readMetrics(): Promise<Outcome<Metrics>>
  /** `isAdvice`: the reason is a sentence for whoever runs the host. */
  storeFailed(reason: string, isAdvice: boolean): Promise<Outcome<null>>
}

const CONTROL = { kind: 'control', id: '' }

/** Answers the other side's calls, and gives those that can be made on it. */
export function openControl<Theirs extends object>(port: MessagePort, mine: object): Theirs {
  const link = new Link(port, async (_address, method, args) => Reflect.apply(Reflect.get(mine, method), mine, args))
  const call =
    (method: string) =>
    (...args: unknown[]) =>
      link.call(CONTROL, method, args)
  return new Proxy<Theirs>(Object.create(null), { get: (_target, method) => call(String(method)) })
}
