import type { Log } from '#durable/ports/log.ts'
import { ActorStorage } from '../storage.ts'
import type { ActorStore } from '../stores.ts'
import { type Address, nameOf } from './address.ts'
import { type HostedActor, Slot } from './slot.ts'

export type RegistryOptions = {
  readonly store: ActorStore
  readonly log: Log
  /** Makes an instance with its ports. It is loaded by the registry. */
  readonly make: (slot: Slot) => HostedActor
  /** An actor's alarm, once it is durable; null when it has none any more. */
  readonly onAlarm: (actor: string, at: number | null) => void
  /** Rows of a table of an actor of this kind are durable. */
  readonly onRows: (kind: string, table: string, rows: number) => void
}

/** Without a call, a commit or work of its own for this long, an actor leaves memory. */
const IDLE_MS = 60_000
/**
 * A user is called when somebody logs in or is let into a room, and then not for hours. They leave before V8 begins to
 * give back what a quiet host does not need (../heap/idle-memory.ts): what it finds still there then, it keeps for long.
 */
const USER_IDLE_MS = 4_000

/** Sockets hang on these: they stay. */
const RESIDENT_KIND = 'gateway'

/** All actors in memory: at most one instance of each, made when it is first needed. */
export class Registry {
  readonly #options: RegistryOptions
  readonly #slots = new Map<string, Slot>()
  /** Of instances that ended: when their last commits are settled. */
  readonly #ending = new Map<string, Promise<void>>()

  constructor(options: RegistryOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#slots.size
  }

  /** The actor's instance in memory, which may still be loading. */
  slot(address: Address): Slot {
    return this.#slots.get(nameOf(address)) ?? this.#open(address)
  }

  /** Ends an instance whose memory cannot be trusted. The next call loads a fresh one. */
  destroy(slot: Slot, reason: unknown): void {
    if (!slot.isAlive) return
    this.#options.log.error('an actor was reset', { actor: slot.name, error: reason })
    this.#end(slot)
  }

  /** Lets an actor do what its alarm was set for. Rejects when it could not. */
  async wake(address: Address): Promise<void> {
    const slot = this.slot(address)
    await slot.during(slot.actor.then((actor) => actor.wake()))
    await slot.storage.settled()
  }

  dropIdle(nowMs = performance.now()): void {
    for (const slot of this.#slots.values()) {
      const { kind } = slot.address
      if (kind !== RESIDENT_KIND && slot.isIdleSince(nowMs - idleMsOf(kind))) this.#end(slot)
    }
  }

  /** Ends every instance, and resolves when all they had committed is settled. */
  async endAll(): Promise<void> {
    for (const slot of this.#slots.values()) this.#end(slot)
    await Promise.all(this.#ending.values())
  }

  #open(address: Address): Slot {
    const { store, log, make, onAlarm, onRows } = this.#options
    const name = nameOf(address)
    const storage = new ActorStorage(store.partitionOf(name), name, {
      onAlarm: (at) => onAlarm(name, at),
      onRows: (table, rows) => onRows(address.kind, table, rows),
    })
    const slot = new Slot({ address, storage, log, make, after: this.#ending.get(name) })
    this.#slots.set(name, slot)
    slot.actor.catch((error) => this.destroy(slot, error))
    return slot
  }

  #end(slot: Slot): void {
    this.#slots.delete(slot.name)
    slot.end()
    const settled = Promise.all([this.#ending.get(slot.name), slot.storage.settled()]).then(() => {
      if (this.#ending.get(slot.name) === settled) this.#ending.delete(slot.name)
    })
    this.#ending.set(slot.name, settled)
  }
}

function idleMsOf(kind: string): number {
  return kind === 'user' ? USER_IDLE_MS : IDLE_MS
}
