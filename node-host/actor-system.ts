import type { Gateway } from '#durable/gateway/gateway.ts'
import type { Limits } from '#durable/ports/host.ts'
import type { Log } from '#durable/ports/log.ts'
import type { ObjectStore } from '#durable/ports/object-store.ts'
import type { Peers } from '#durable/ports/peers.ts'
import type { Outcome } from '#protocol/errors.ts'
import { ActorHost, type ActorHostOptions } from './actor-host.ts'
import { type Address, addressOf } from './actors/address.ts'
import { Registry } from './actors/registry.ts'
import { Alarms } from './alarms.ts'
import { clock } from './clock.ts'
import type { Counters } from './counters.ts'
import { tendHeap } from './heap/heap.ts'
import type { Carry } from './peers.ts'
import type { GatewaySockets } from './sockets.ts'
import type { ActorStore } from './stores.ts'
import { within } from './within.ts'

export type ActorSystemOptions = {
  readonly store: ActorStore
  readonly objects: ObjectStore
  readonly limits: Limits
  readonly log: Log
  readonly counters: Counters
  /** The gateway on which all sockets of this system hang. */
  readonly gateway?: string
  /** How many such systems the process has, each on a thread of its own; they share its memory. */
  readonly threads?: number
  readonly elsewhere?: (address: Address) => Carry | undefined
  readonly classes?: ActorHostOptions['classes']
}

const ONLY_GATEWAY = 'g0'

const DROP_IDLE_EVERY_MS = 2_000
const DRAIN_WITHIN_MS = 3_000
const CLOSE_WITHIN_MS = 1_000
const SETTLE_WITHIN_MS = 3_000

/** The actors of this process, or of one of its threads, from the first alarm that is due to the last commit. */
export class ActorSystem {
  readonly #log: Log
  readonly #store: ActorStore
  readonly #registry: Registry
  readonly #host: ActorHost
  readonly #alarms: Alarms
  readonly #gateway: Address
  readonly #threads: number
  #dropIdle: NodeJS.Timeout | undefined
  #stopTendingHeap: (() => void) | undefined

  constructor({
    store,
    objects,
    limits,
    log,
    counters,
    gateway = ONLY_GATEWAY,
    threads = 1,
    elsewhere,
    classes,
  }: ActorSystemOptions) {
    this.#log = log
    this.#store = store
    this.#gateway = { kind: 'gateway', id: gateway }
    this.#threads = threads
    this.#alarms = new Alarms({ clock, log, wake: (actor) => this.#registry.wake(addressOf(actor)) })
    this.#host = new ActorHost({
      registry: () => this.#registry,
      store,
      objects,
      limits,
      log,
      counters,
      elsewhere,
      classes,
    })
    this.#registry = new Registry({
      store,
      log,
      make: (slot) => this.#host.make(slot),
      onAlarm: (actor, at) => this.#alarms.set(actor, at),
      onRows: (kind, table, rows) => counters.rows.add(`${kind} ${table}`, rows),
    })
  }

  /** Loads the gateway, and lets actors do what has become due. */
  async start(): Promise<void> {
    for (const [actor, at] of await this.#store.alarms()) this.#alarms.set(actor, at)
    await this.gateway()
    this.#dropIdle = setInterval(() => this.#registry.dropIdle(), DROP_IDLE_EVERY_MS)
    this.#stopTendingHeap = tendHeap(this.#threads)
  }

  get actorsInMemory(): number {
    return this.#registry.size
  }

  /** The peers as the host itself calls them. */
  get peers(): Peers {
    return this.#host.peers
  }

  /** The gateway for the next client, loaded. */
  async gateway(): Promise<{ readonly actor: Gateway; readonly sockets: GatewaySockets }> {
    await this.#registry.slot(this.#gateway).actor
    return this.#host.gateway(this.#gateway.id)
  }

  /** A call from another thread to an actor that lives here. */
  receive(address: Address, method: string, args: unknown[]): Promise<Outcome<unknown>> {
    return this.#registry.slot(address).call(method, args)
  }

  /** Finishes what clients have begun, and tells them to come back later. */
  async dismissClients(): Promise<void> {
    const { actor, sockets } = await this.gateway()
    await this.#finish('not everything was answered in time', DRAIN_WITHIN_MS, actor.drain())
    actor.dismiss()
    await sockets.emptied(CLOSE_WITHIN_MS)
  }

  /** Ends the actors, and writes what they decided. */
  async end(): Promise<void> {
    this.#alarms.stop()
    clearInterval(this.#dropIdle)
    this.#stopTendingHeap?.()
    await this.#finish('commits did not settle in time', SETTLE_WITHIN_MS, this.#registry.endAll())
  }

  async #finish(warning: string, ms: number, work: Promise<void>): Promise<void> {
    const settled = work.catch((error) => this.#log.error(warning, { error }))
    if (!(await within(ms, settled))) this.#log.warn(warning)
  }
}
