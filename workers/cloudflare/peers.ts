import type { ActorKind } from '#durable/actors.ts'
import type { Log } from '#durable/ports/log.ts'
import type { Peers } from '#durable/ports/peers.ts'
import { type Outcome, refuse } from '#protocol/errors.ts'
import type { Env } from './env.ts'
import { objects } from './namespaces.ts'

/** What every object answers: a call of a method of its actor. */
export interface Callable {
  call(method: string, args: unknown[]): Promise<Outcome<unknown>>
}

/** The answer where nobody knows better, on either end of a call. */
export const CARRIED_OUT_OR_NOT = refuse('retry', 'the call may or may not have been carried out')

/** Passwords are hashed by one object, in an isolate of its own where Cloudflare has room. Its queue bounds them all. */
const ONLY_HASHER = 'h0'

/** Makes a call, when it may be made. */
type MakeCall = <Answer>(call: () => Promise<Answer>) => Promise<Answer>

/** The peers as one actor, or one request, calls them. What travels between objects is copied by workerd. */
export function makePeers(env: Env, log: Log, make: MakeCall = (call) => call()): Peers {
  const lines = {
    gateway: new Lines('gateway', (id) => objects(env, 'GATEWAY').getByName(id), log, make),
    user: new Lines('user', (id) => objects(env, 'USER').getByName(id), log, make),
    room: new Lines('room', (id) => objects(env, 'ROOM').getByName(id), log, make),
    directory: new Lines('directory', (id) => objects(env, 'DIRECTORY').getByName(id), log, make),
    hasher: new Lines('hasher', (id) => objects(env, 'HASHER').getByName(id), log, make),
  }
  const peers = {
    gateway: (id: string) => lines.gateway.stub(id),
    user: (id: string) => lines.user.stub(id),
    room: (id: string) => lines.room.stub(id),
    directory: (shard: string) => lines.directory.stub(shard),
    hasher: () => lines.hasher.stub(ONLY_HASHER),
  }
  // A stub carries whatever it is asked for; the port says what the actors answer.
  return peers as unknown as Peers
}

type Line = { readonly object: Callable; waiting: number }

/**
 * Ways to the actors of one kind. Calls arrive in order only through one and the same stub, and a stub that has failed
 * fails for ever: so one is shared by all calls under way, and the next one is new.
 */
class Lines {
  readonly #kind: ActorKind
  readonly #open: (id: string) => Callable
  readonly #log: Log
  readonly #make: MakeCall
  readonly #lines = new Map<string, Line>()

  constructor(kind: ActorKind, open: (id: string) => Callable, log: Log, make: MakeCall) {
    this.#kind = kind
    this.#open = open
    this.#log = log
    this.#make = make
  }

  stub(id: string): object {
    const call =
      (method: string) =>
      (...args: unknown[]) =>
        this.#carry(id, method, args)
    // Whoever awaits a stub would ask it for `then`, and wait for ever for an actor to call back.
    return new Proxy({}, { get: (_, name) => (typeof name === 'string' && name !== 'then' ? call(name) : undefined) })
  }

  async #carry(id: string, method: string, args: unknown[]): Promise<Outcome<unknown>> {
    // Only when it may begin: a stub that has failed meanwhile would fail for ever.
    return this.#make(() => this.#carryNow(id, method, args))
  }

  async #carryNow(id: string, method: string, args: unknown[]): Promise<Outcome<unknown>> {
    const line = this.#lines.get(id) ?? { object: this.#open(id), waiting: 0 }
    this.#lines.set(id, line)
    line.waiting += 1
    try {
      return dataOf(await line.object.call(method, args))
    } catch (error) {
      this.#log.warn('a call did not come back', { to: this.#kind, id, method, error })
      this.#hangUp(id, line)
      return CARRIED_OUT_OR_NOT
    } finally {
      line.waiting -= 1
      if (line.waiting === 0) this.#hangUp(id, line)
    }
  }

  #hangUp(id: string, line: Line): void {
    if (this.#lines.get(id) === line) this.#lines.delete(id)
  }
}

/**
 * What workerd answers holds its caller's end of the call until it is disposed of. As it is it must not be passed on
 * either: whoever got it then would have to dispose of it, and so on.
 */
function dataOf(answer: Outcome<unknown> & Partial<Disposable>): Outcome<unknown> {
  const data = 'ok' in answer ? { ok: answer.ok } : { refused: answer.refused }
  answer[Symbol.dispose]?.()
  return data
}
