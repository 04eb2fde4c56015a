import type { MessagePort } from 'node:worker_threads'
import type { Registry } from 'prom-client'
import type { Log } from '#durable/ports/log.ts'
import { ok, refuse } from '#protocol/errors.ts'
import type { Metrics } from '#workers/app.ts'
import { ActorSystem } from '../actor-system.ts'
import { type Address, addressOf } from '../actors/address.ts'
import { SnapshotDesk } from '../backup/snapshot-desk.ts'
import { SnapshotStore } from '../backup/snapshot-store.ts'
import { assertFinished, UNFINISHED } from '../backup/unfinished.ts'
import { clock } from '../clock.ts'
import type { Place } from '../connection-limits.ts'
import { Counters } from '../counters.ts'
import { openShare } from '../ground.ts'
import { invite } from '../invitation.ts'
import { Listener } from '../listener.ts'
import { type OpenObjects, openObjects } from '../object-store/take.ts'
import { Outages } from '../outages.ts'
import type { Carry } from '../peers.ts'
import { serve } from '../serving.ts'
import { limitsOf } from '../settings.ts'
import { StartError } from '../start-error.ts'
import type { ActorStore } from '../stores.ts'
import {
  type MainCalls,
  type Neighbour,
  openControl,
  type Problem,
  type ThreadCalls,
  type ThreadSetup,
} from './control.ts'
import { Link } from './link.ts'
import { Placement } from './placement.ts'

type Working = {
  readonly store: ActorStore
  readonly desk: SnapshotDesk
  readonly objects: OpenObjects
  readonly system: ActorSystem
  readonly registry: Registry | undefined
}
type Serving = { readonly listener: Listener; readonly stop: () => void }

const NOT_THERE = refuse('retry', 'the thread of this actor is being replaced')
const notThere: Carry = async () => NOT_THERE

/** A share of the host: some partitions of the store, the actors in them, and a gateway with the sockets it is given. */
export class ConnectionThread {
  readonly #setup: ThreadSetup
  readonly #log: Log
  readonly #placement: Placement
  readonly #counters = new Counters()
  readonly #main: MainCalls
  readonly #ports = new Map<number, MessagePort>()
  readonly #carries = new Map<number, Carry>()
  #working: Working | undefined
  #serving: Serving | undefined

  constructor(setup: ThreadSetup, log: Log) {
    this.#setup = setup
    this.#log = log
    this.#placement = new Placement(setup.store.format.partitions, setup.threads)
    for (const neighbour of setup.neighbours) this.meet(neighbour)
    const calls: ThreadCalls = {
      start: () => mendable(() => this.#start()),
      serve: () => mendable(() => this.#serve()),
      invite: async () => ok(await invite(this.#at.system.peers, this.#log)),
      metrics: async () => ok((await this.#working?.registry?.getMetricsAsJSON()) ?? []),
      dismissClients: () => this.#dismissClients(),
      end: () => this.#end(),
      holdSnapshot: () => this.#at.desk.holdSnapshot(),
      openSnapshot: () => this.#at.desk.openSnapshot(),
      nextRows: () => this.#at.desk.nextRows(),
      renewSnapshot: () => this.#at.desk.renewSnapshot(),
      endSnapshot: () => this.#at.desk.endSnapshot(),
    }
    this.#main = openControl<MainCalls>(setup.control, calls)
  }

  /** A thread that was made, or made anew. What it calls waits until this one has its actors. */
  meet({ thread, port }: Neighbour): void {
    this.#ports.set(thread, port)
    if (this.#working) this.#link(thread, port, this.#working.system)
  }

  get #at(): Working {
    if (!this.#working) throw new Error('this thread has not started')
    return this.#working
  }

  async #start(): Promise<void> {
    const { thread, settings } = this.#setup
    const counters = this.#counters
    const isMine = (partition: number) => this.#placement.hasPartition(thread, partition)
    const onFailure = (error: Error) => void this.#main.storeFailed(error.message, error instanceof StartError)
    const outages = new Outages(this.#log, (count) => {
      counters.storesAway = count
    })
    const events = { ...counters.ofStore, onFailure, outages }
    const store = new SnapshotStore(await openShare(this.#setup.store, isMine, events))
    if (this.#placement.threadOf(addressOf(UNFINISHED)) === thread) await assertFinished(store)
    const desk = new SnapshotDesk(store, clock)
    const objects = await openObjects(this.#setup.objects)
    const system = new ActorSystem({
      store,
      objects: desk.keeping(objects.store),
      limits: limitsOf(settings),
      log: this.#log,
      counters,
      gateway: this.#placement.gatewayOf(thread),
      threads: this.#setup.threads,
      elsewhere: (address) => this.#elsewhere(address),
    })
    for (const [neighbour, port] of this.#ports) this.#link(neighbour, port, system)
    this.#working = { store, desk, objects, system, registry: await this.#openRegistry(system) }
    await system.start()
  }

  #link(thread: number, port: MessagePort, system: ActorSystem): void {
    const link = new Link(port, (address, method, args) => system.receive(address, method, args))
    this.#carries.set(thread, (address, method, args) => link.call(address, method, args))
  }

  #elsewhere(address: Address): Carry | undefined {
    const thread = this.#placement.threadOf(address)
    return thread === this.#setup.thread ? undefined : (this.#carries.get(thread) ?? notThere)
  }

  async #serve(): Promise<void> {
    const { settings, port } = this.#setup
    const listener = await Listener.openShared(settings.host, port)
    const { stop } = serve(listener, {
      settings,
      log: this.#log,
      counters: this.#counters,
      system: this.#at.system,
      objects: this.#at.objects,
      enter: (address) => this.#enter(address),
      readMetrics: () => this.#readMetrics(),
    })
    this.#serving = { listener, stop }
  }

  async #enter(address: string): Promise<Place> {
    const outcome = await this.#main.enter(address)
    if ('refused' in outcome) return { refused: 'full' }
    const entered = outcome.ok
    return 'refused' in entered ? entered : { leave: () => void this.#main.leave(entered.place) }
  }

  async #readMetrics(): Promise<Metrics> {
    const outcome = await this.#main.readMetrics()
    if ('refused' in outcome) throw new Error(outcome.refused.reason)
    return outcome.ok
  }

  async #openRegistry(system: ActorSystem): Promise<Registry | undefined> {
    const { metricsPort, metricsToken } = this.#setup.settings
    if (metricsPort === undefined && metricsToken === undefined) return undefined
    const { countersIn } = await import('../metrics.ts')
    return countersIn(this.#counters, () => system.actorsInMemory)
  }

  async #dismissClients() {
    this.#serving?.stop()
    await this.#working?.system.dismissClients()
    return ok(null)
  }

  async #end() {
    await this.#working?.system.end()
    const isInOrder = (await this.#working?.store.close()) ?? true
    void this.#serving?.listener.closeAll()
    return ok(isInOrder)
  }
}

async function mendable(work: () => Promise<void>): Promise<{ readonly ok: Problem | null }> {
  try {
    await work()
    return ok(null)
  } catch (error) {
    return ok({ problem: error instanceof Error ? error.message : String(error) })
  }
}
