import { DurableObject } from 'cloudflare:workers'
import type { Host } from '#durable/ports/host.ts'
import type { Log } from '#durable/ports/log.ts'
import type { ObjectStore } from '#durable/ports/object-store.ts'
import type { Key } from '#durable/ports/storage.ts'
import type { Outcome } from '#protocol/errors.ts'
import { decodeValue, encodeValue, type TextValue } from '#workers/backup/rows.ts'
import type { RowsCommit } from '#workers/backup/rows-protocol.ts'
import { ring } from './alarms.ts'
import { Allowance, CALLS_OF_AN_EVENT } from './allowance.ts'
import { clock } from './clock.ts'
import type { Env } from './env.ts'
import { openLog } from './log.ts'
import { type Kind, objects } from './namespaces.ts'
import { noObjects, S3Objects } from './object-store.ts'
import { CARRIED_OUT_OR_NOT, type Callable, makePeers } from './peers.ts'
import { random } from './random.ts'
import { readLimits, readObjects } from './settings.ts'
import { ActorStorage } from './storage.ts'

/** What every actor class has, whatever its calls are. */
export interface HostedActor {
  load(): Promise<void>
  wake(): Promise<void>
}

/**
 * A Durable Object with one actor in it, under the name by which it is addressed. It only passes on what happens to the
 * object, and catches what is thrown: workerd would say nothing.
 */
export abstract class ActorObject<A extends HostedActor = HostedActor> extends DurableObject<Env> implements Callable {
  /** What it is bound as. */
  protected abstract readonly kind: Kind
  protected readonly log: Log
  /** To be renewed with each event. */
  protected readonly calls = new Allowance(CALLS_OF_AN_EVENT, () => this.#nudgeItself())
  readonly #name: string
  #actor: Promise<A> | undefined
  #itself: { nudge(): Promise<void> } | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const { name } = ctx.id
    if (name === undefined) throw new Error('an actor is addressed by its name')
    this.#name = name
    this.log = openLog({ actor: `${new.target.name}:${name}` })
  }

  /** Makes an instance; it is loaded here. */
  protected abstract make(id: string, host: Host): A

  /** The loaded instance. */
  protected get actor(): Promise<A> {
    this.#actor ??= this.#load()
    return this.#actor
  }

  /** The next event loads it anew. */
  protected forget(): void {
    this.#actor = undefined
  }

  /** Calls a method of the actor. Answers `retry` when it throws. */
  async call(method: string, args: unknown[]): Promise<Outcome<unknown>> {
    this.calls.renew()
    try {
      return await invoke(await this.actor, method, args)
    } catch (error) {
      this.log.error('a call to an actor failed', { method, error })
      return CARRIED_OUT_OR_NOT
    }
  }

  /** The names of the tables in which something is. */
  async tables(): Promise<string[]> {
    return new ActorStorage(this.ctx.storage).tables()
  }

  /** Rows of a table as they stand, for a backup. */
  async page(table: string, after: Key | undefined, limit: number): Promise<[Key, TextValue][]> {
    const rows = await new ActorStorage(this.ctx.storage).page(table, after, limit)
    return rows.map(([key, value]) => [key, encodeValue(value)])
  }

  /** Writes rows of a backup, beside the actor: what of it is in memory goes. */
  async commitRows({ writes, wakeAt }: RowsCommit): Promise<void> {
    const rows = writes.map(([table, key, value]) => ({
      table,
      key,
      ...(value !== null && { value: decodeValue(value) }),
    }))
    await new ActorStorage(this.ctx.storage).commit({ writes: rows, ...(wakeAt !== undefined && { wakeAt }) })
    this.forget()
  }

  override async alarm(): Promise<void> {
    this.calls.renew()
    try {
      await ring(this.ctx.storage, clock, async () => (await this.actor).wake())
    } catch (error) {
      this.log.error('an actor could not do what its alarm was for', { error })
    }
  }

  /** An event that says nothing: with it the object may make calls again. */
  async nudge(): Promise<void> {
    this.calls.renew()
  }

  async #load(): Promise<A> {
    try {
      const actor = this.make(this.#name, this.#ports())
      await actor.load()
      return actor
    } catch (error) {
      this.#destroy(error)
      throw error
    }
  }

  /**
   * Cloudflare lets calls within calls go 16 deep, and counts a stub as deep as the event that used it first: through
   * one and the same no nudge is deeper than the one before. One that has failed fails for ever.
   */
  async #nudgeItself(): Promise<void> {
    this.#itself ??= objects(this.env, this.kind).getByName(this.#name)
    try {
      await this.#itself.nudge()
    } catch (error) {
      this.log.warn('an object did not reach itself', { error })
      this.#itself = undefined
      throw error
    }
  }

  #ports(): Host {
    return {
      storage: new ActorStorage(this.ctx.storage),
      peers: makePeers(this.env, this.log, (call) => this.calls.make(call)),
      clock,
      random,
      objects: openObjects(this.env),
      log: this.log,
      limits: readLimits(this.env),
      destroy: (reason) => this.#destroy(reason),
    }
  }

  /** The object goes with all that is in its memory; who waits for it is told `retry` by the peers adapter. */
  #destroy(reason: unknown): void {
    this.log.error('an actor was reset', { error: reason })
    this.ctx.abort('an actor was reset')
  }
}

function openObjects(env: Env): ObjectStore {
  const settings = readObjects(env)
  return settings ? new S3Objects({ ...settings, clock }) : noObjects
}

async function invoke(actor: HostedActor, method: string, args: unknown[]): Promise<Outcome<unknown>> {
  const callee: unknown = Reflect.get(actor, method)
  if (typeof callee !== 'function') throw new TypeError(`there is no call ${method}`)
  return Reflect.apply(callee, actor, args)
}
