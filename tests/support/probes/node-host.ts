import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { DEFAULT_LIMITS } from '#durable/ports/host.ts'
import { ActorSystem } from '#node-host/actor-system.ts'
import type { Address } from '#node-host/actors/address.ts'
import { Link } from '#node-host/connection-threads/link.ts'
import { Counters } from '#node-host/counters.ts'
import { Store } from '#node-host/store/store.ts'
import type { ProbeHost } from '#tests/contracts/probe-host.ts'
import { MemoryObjects } from '../memory-objects.ts'
import { callProbe, probeClasses } from './classes.ts'

/** Probes on one thread of node-host, on the embedded store. */
export function probesOnNode(): Promise<ProbeHost> {
  return openHost(1)
}

/** Probes on node-host as on two threads: actors whose names begin with `far` are reached over a link. */
export function probesOnTwoThreads(): Promise<ProbeHost> {
  return openHost(2)
}

async function openHost(threads: 1 | 2): Promise<ProbeHost> {
  const folder = await mkdtemp(join(tmpdir(), 'snug-probes-'))
  const logged: string[] = []
  let running = await Running.start(folder, threads, logged)
  return {
    call: (to, method, args) => callProbe(running.peers, to, method, args),
    now: () => Date.now(),
    logged: (text) => logged.filter((line) => line.includes(text)),
    async restart() {
      await running.end()
      running = await Running.start(folder, threads, logged)
    },
    async close() {
      await running.end()
      await rm(folder, { recursive: true })
    },
  }
}

/** A process of the host. Each thread has a store of its own here, which holds the same as a share of one. */
class Running {
  readonly #stores: readonly Store[]
  readonly #systems: readonly ActorSystem[]
  readonly #links: readonly Link[]

  private constructor(stores: readonly Store[], logged: string[]) {
    const note = (message: string, fields?: Record<string, unknown>) => {
      logged.push(`${message} ${String(fields?.error)}`)
    }
    const log = { info: note, warn: note, error: note }
    this.#stores = stores
    this.#systems = stores.map(
      (store, thread) =>
        new ActorSystem({
          store,
          objects: new MemoryObjects(),
          limits: DEFAULT_LIMITS,
          log,
          counters: new Counters(),
          gateway: `g${thread}`,
          elsewhere: (address) => this.#elsewhere(thread, address),
          classes: probeClasses,
        }),
    )
    const { port1, port2 } = new MessageChannel()
    this.#links = [port1, port2].map(
      (port, thread) => new Link(port, (address, method, args) => this.#at(thread).receive(address, method, args)),
    )
  }

  static async start(folder: string, threads: number, logged: string[]): Promise<Running> {
    const opening = Array.from({ length: threads }, (_, thread) => Store.open(join(folder, `store-${thread}`)))
    const running = new Running(await Promise.all(opening), logged)
    for (const system of running.#systems) await system.start()
    return running
  }

  /** As a call from the edge finds them. */
  get peers() {
    return this.#at(0).peers
  }

  async end(): Promise<void> {
    for (const system of this.#systems) await system.end()
    for (const link of this.#links) link.close()
    for (const store of this.#stores) await store.close()
  }

  #at(thread: number): ActorSystem {
    const system = this.#systems[thread]
    if (!system) throw new Error(`there is no thread ${thread}`)
    return system
  }

  #elsewhere(here: number, { id }: Address) {
    const there = id.startsWith('far') ? this.#systems.length - 1 : 0
    const link = this.#links[here]
    if (there === here || !link) return undefined
    return (...call: Parameters<Link['call']>) => link.call(...call)
  }
}
