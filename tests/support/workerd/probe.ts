import type { ActorKind } from '#durable/actors.ts'
import type { HasherHost } from '#durable/ports/host.ts'
import { MAX_COMMIT_BYTES, type Write } from '#durable/ports/storage.ts'
import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import { fromUtf8, toUtf8 } from '#protocol/text.ts'
import { logSamples } from './log-samples.ts'
import { difference, sample } from './sample.ts'

export type To = { readonly kind: ActorKind; readonly id: string }

type Call = (...args: unknown[]) => Promise<Outcome<unknown>>

/**
 * What a waking does, besides ringing: `throw`s, leaves the alarm where it is (`stay`), `wait`s until it is let go, or
 * sets the next alarm after so many ms. Otherwise it clears the alarm.
 */
export type Act = 'throw' | 'stay' | 'wait' | number

/** What a probe throws, so that it is found again in logs, and in no answer. */
export const FAULT = 'a probe fails as it was asked to'

/**
 * An actor that does what a test asks of it, on every host. It uses the ports as they are, without what Actor adds, so
 * that what it shows is the host's own doing.
 */
export class Probe {
  readonly #host: HasherHost
  #notes: string[] = []
  /** When it was woken (ms), of the wakings that were committed. */
  #rung: number[] = []
  readonly #kept: unknown[] = []
  #gate = Promise.withResolvers<void>()
  #acts: Act[] = []
  #waking = 0
  #mostWakings = 0
  #whenRung = Promise.withResolvers<void>()

  constructor(_id: string, host: HasherHost) {
    this.#host = host
  }

  async load(): Promise<void> {
    const { storage } = this.#host
    const [fault] = await storage.get('faults', ['load'])
    if (fault) {
      await storage.commit({ writes: [{ table: 'faults', key: 'load' }] })
      throw new Error(FAULT)
    }
    this.#notes = (await storage.page('notes', undefined, 10_000)).map(([, note]) => fromUtf8(note))
    this.#rung = (await storage.page('rung', undefined, 10_000)).map(([, at]) => Number(fromUtf8(at)))
  }

  // Calls.

  async note(text: string): Promise<Outcome<null>> {
    await this.#commit([this.#add(text)])
    return ok(null)
  }

  async notes(): Promise<Outcome<readonly string[]>> {
    return ok(this.#notes)
  }

  async echo(...values: unknown[]): Promise<Outcome<unknown[]>> {
    return ok(values)
  }

  /** Keeps the thing itself, and answers all that it keeps: the things themselves. */
  async keep(value: unknown): Promise<Outcome<unknown[]>> {
    this.#kept.push(value)
    return ok(this.#kept)
  }

  async decline(): Promise<Outcome<never>> {
    return refuse('too-frequent', 'as it was asked to', 1234)
  }

  async fail(): Promise<never> {
    throw new Error(FAULT, { cause: this.#notes })
  }

  /** The first of two commits of one turn fails. */
  async failCommit(): Promise<Outcome<null>> {
    const tooMuch = { table: 'notes', key: 0, value: new Uint8Array(MAX_COMMIT_BYTES + 1) }
    await Promise.all([this.#commit([this.#add('lost'), tooMuch]), this.#commit([this.#add('lost too')])])
    return ok(null)
  }

  /** Ends, and fails the next time it is loaded. */
  async failNextLoad(): Promise<Outcome<null>> {
    await this.#commit([{ table: 'faults', key: 'load', value: toUtf8('x') }])
    return this.failCommit()
  }

  async wait(): Promise<Outcome<null>> {
    await this.#gate.promise
    return ok(null)
  }

  async release(): Promise<Outcome<null>> {
    this.#gate.resolve()
    this.#gate = Promise.withResolvers()
    return ok(null)
  }

  // Calls of its own to another.

  /** What another answers, whatever it is. */
  async ask(to: To, method: string, ...args: unknown[]): Promise<Outcome<unknown>> {
    return ok(await this.#call(to, method)(...args))
  }

  /** Makes these calls without waiting in between, and answers what each was answered. */
  async askAll(to: To, calls: readonly (readonly [method: string, ...args: unknown[]])[]): Promise<Outcome<unknown>> {
    return ok(await Promise.all(calls.map(([method, ...args]) => this.#call(to, method)(...args))))
  }

  /** How data of every sort differs from what comes back from another; null where it does not. */
  async compare(to: To): Promise<Outcome<string | null>> {
    const answer = await this.#call(to, 'echo')(sample(), undefined)
    return ok(difference(ok([sample(), undefined]), answer) ?? null)
  }

  /** What is on an answer of another beside its data. */
  async extras(to: To): Promise<Outcome<string[]>> {
    const answer = await this.#call(to, 'echo')('x')
    return ok(Object.getOwnPropertySymbols(answer).map(String))
  }

  /** Changes a thing as soon as it has been sent, and answers what it has become at the sender's. */
  async sendAndChange(to: To): Promise<Outcome<unknown>> {
    const thing = { count: 1, list: ['sent'] }
    const kept = this.#call(to, 'keep')(thing)
    thing.count = 2
    thing.list.push('changed')
    await kept
    return ok(thing)
  }

  /** Changes what another answered. */
  async changeAnswer(to: To): Promise<Outcome<null>> {
    const answer = await this.#call(to, 'keep')('mine')
    if ('ok' in answer && Array.isArray(answer.ok)) answer.ok.push('changed')
    return ok(null)
  }

  /** What another answered first, looked at after it has gone on with that, and what it answered then. */
  async keepAtAnother(to: To): Promise<Outcome<unknown>> {
    const first = await this.#call(to, 'keep')('a')
    return ok([first, await this.#call(to, 'keep')('b')])
  }

  /** Whether bytes that were sent, and lie in the midst of others, are still the sender's afterwards. */
  async sendBytes(to: To, length: number): Promise<Outcome<string | null>> {
    const bytes = (size: number) => new Uint8Array(size).map((_, i) => i % 251)
    const sent = bytes(length + 2).subarray(1, length + 1)
    const answers = [await this.#call(to, 'echo')(sent, 'x'), await this.#call(to, 'echo')(sent, 'x')]
    const expected = ok([bytes(length + 2).subarray(1, length + 1), 'x'])
    return ok(difference([expected, expected, expected], [...answers, ok([sent, 'x'])]) ?? null)
  }

  /** Calls again as soon as it hears that a call failed, while it still waits for others. */
  async tryAgain(to: To): Promise<Outcome<unknown>> {
    const failed = this.#call(to, 'failCommit')()
    const others = ['wait', 'wait'].map((method) => this.#call(to, method)())
    await failed
    const again = await this.#call(to, 'echo')('again')
    // Those that came after the failure wait at its successor.
    await Promise.all([this.#call(to, 'release')(), ...others])
    return ok(again)
  }

  /** Two actors call each other, so many times deep. */
  async bounce(here: To, there: To, depth: number): Promise<Outcome<unknown>> {
    return depth === 0 ? ok('the bottom') : this.#call(there, 'bounce')(there, here, depth - 1)
  }

  /** Gives the stub of another through a function that answers later. */
  async askThrough(to: To): Promise<Outcome<unknown>> {
    const stub = await (async () => this.#stub(to))()
    return ok(await Reflect.apply(Reflect.get(stub, 'echo'), stub, ['through']))
  }

  /** Is reset, and calls another all the same. */
  async endAndCall(to: To): Promise<Outcome<unknown>> {
    this.#host.destroy(new Error(FAULT))
    return this.#call(to, 'note')('from one that is no more')
  }

  // Alarms.

  /** Sets the alarm (ms), with a row, and says what the next wakings do. */
  async plan(at: number | null, ...acts: Act[]): Promise<Outcome<null>> {
    this.#acts = acts
    await this.#commit([this.#add(`planned ${at}`)], at)
    return ok(null)
  }

  /** Sets it several times in one turn. */
  async planEach(...times: (number | null)[]): Promise<Outcome<null>> {
    await Promise.all(times.map((at) => this.#commit([this.#add(`planned ${at}`)], at)))
    return ok(null)
  }

  /** Sets the alarm in a commit that fails. */
  async planInVain(at: number): Promise<Outcome<null>> {
    const tooMuch = { table: 'notes', key: 0, value: new Uint8Array(MAX_COMMIT_BYTES + 1) }
    await this.#commit([tooMuch], at)
    return ok(null)
  }

  /** When it has been woken so many times: when each waking was (ms), and how many there were at most at one time. */
  async rung(count: number): Promise<Outcome<{ readonly at: readonly number[]; readonly atOnce: number }>> {
    while (this.#rung.length < count) await this.#whenRung.promise
    return ok({ at: this.#rung, atOnce: this.#mostWakings })
  }

  async wake(): Promise<void> {
    const at = this.#host.clock.now()
    const act = this.#acts.shift()
    this.#waking += 1
    this.#mostWakings = Math.max(this.#mostWakings, this.#waking)
    try {
      if (act === 'throw') throw new Error(FAULT)
      if (act === 'stay') return
      await this.#ring(at, act)
    } finally {
      this.#waking -= 1
    }
  }

  // The small ports.

  async now(): Promise<Outcome<number>> {
    return ok(this.#host.clock.now())
  }

  async random(length: number, count: number): Promise<Outcome<readonly Uint8Array[]>> {
    return ok(Array.from({ length: count }, () => this.#host.random.bytes(length)))
  }

  async derive(...args: Parameters<HasherHost['scrypt']['derive']>): Promise<Outcome<Uint8Array>> {
    return ok(await this.#host.scrypt.derive(...args))
  }

  async log(): Promise<Outcome<null>> {
    logSamples(this.#host.log)
    return ok(null)
  }

  async #ring(at: number, act: Act | undefined): Promise<void> {
    const rung: Write = { table: 'rung', key: this.#rung.length, value: toUtf8(String(at)) }
    this.#rung.push(at)
    this.#whenRung.resolve()
    this.#whenRung = Promise.withResolvers()
    // Who waits clears nothing: meanwhile somebody may have set the alarm anew.
    if (act === 'wait') {
      await this.#commit([rung], null)
      await this.#gate.promise
    } else await this.#commit([rung], typeof act === 'number' ? at + act : null)
  }

  #stub({ kind, id }: To): object {
    const { peers } = this.#host
    return kind === 'hasher' ? peers.hasher() : peers[kind](id as never)
  }

  #call(to: To, method: string): Call {
    const stub = this.#stub(to)
    return (...args) => Reflect.apply(Reflect.get(stub, method), stub, args)
  }

  #commit(writes: readonly Write[], wakeAt?: number | null): Promise<void> {
    const durable = this.#host.storage.commit(wakeAt === undefined ? { writes } : { writes, wakeAt })
    durable.catch((error) => this.#host.destroy(error))
    return durable
  }

  #add(text: string): Write {
    this.#notes.push(text)
    return { table: 'notes', key: this.#notes.length, value: toUtf8(text) }
  }
}
