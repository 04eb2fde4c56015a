import { setFlagsFromString } from 'node:v8'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { Log } from '#durable/ports/log.ts'
import type { Outcome } from '#protocol/errors.ts'
import { StartError } from '../start-error.ts'
import { type MainCalls, openControl, type Problem, type ThreadCalls, type ThreadSetup } from './control.ts'

/** Beside this file in the source, and below the file that this one is bundled into. */
const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? './thread.ts' : './connection-threads/thread.js',
  import.meta.url,
)

/**
 * With several threads the cores are busy: helpers that collect garbage beside one thread only take time from another
 * (docs/decisions/0009).
 */
const COLLECT_ALONE = '--no-parallel-scavenge'

/** A thread that dies as soon as it is made is not made anew without end. */
const STARTS_APART_MS = 1_000

export type CrewOptions = {
  readonly setup: Omit<ThreadSetup, 'thread' | 'control' | 'neighbours'>
  readonly log: Log
  /** What a thread may ask. */
  readonly answers: (thread: number) => MainCalls
  readonly onLost: (thread: number) => void
  /** A thread could not be replaced: its share of the actors is not there any more. */
  readonly onFailure: (error: Error) => void
}

type Member = { readonly worker: Worker; readonly calls: ThreadCalls; readonly startedMs: number }

/** The connection threads: as many as there should be, also after one has died. */
export class Crew {
  readonly #options: CrewOptions
  readonly #members = new Map<number, Member>()
  #isEnding = false

  constructor(options: CrewOptions) {
    this.#options = options
  }

  /** Throws a StartError where a thread cannot open its share of the store, or listen. */
  async start(): Promise<void> {
    setFlagsFromString(COLLECT_ALONE)
    for (let thread = 0; thread < this.#options.setup.threads; thread++) this.#make(thread)
    throwFirst(await this.all((calls) => calls.start()))
  }

  async serve(): Promise<void> {
    throwFirst(await this.all((calls) => calls.serve()))
  }

  /** What the threads that run now can be asked. */
  get calls(): ThreadCalls[] {
    return [...this.#members.values()].map(({ calls }) => calls)
  }

  /** Asks all threads at once. One that has ended answers `retry`. */
  all<T>(ask: (calls: ThreadCalls) => Promise<Outcome<T>>): Promise<Outcome<T>[]> {
    return Promise.all(this.calls.map(ask))
  }

  /** From here on a thread that ends is not replaced. */
  keepAway(): void {
    this.#isEnding = true
  }

  async end(): Promise<void> {
    this.keepAway()
    await Promise.all([...this.#members.values()].map(({ worker }) => worker.terminate()))
  }

  #make(thread: number): Member {
    const control = new MessageChannel()
    const neighbours = [...this.#members].map(([other, { worker }]) => {
      const { port1, port2 } = new MessageChannel()
      worker.postMessage({ thread, port: port1 }, [port1])
      return { thread: other, port: port2 }
    })
    const setup: ThreadSetup = { ...this.#options.setup, thread, control: control.port1, neighbours }
    const transferList = [control.port1, ...neighbours.map(({ port }) => port)]
    const worker = new Worker(PROGRAM, { workerData: setup, transferList, name: `connections ${thread}` })
    const calls = openControl<ThreadCalls>(control.port2, this.#options.answers(thread))
    const member = { worker, calls, startedMs: performance.now() }
    this.#members.set(thread, member)
    let fault: unknown
    worker.on('error', (error) => {
      fault = error
    })
    worker.on('exit', (code) => this.#exited(thread, member, { code, ...(fault !== undefined && { error: fault }) }))
    return member
  }

  #exited(thread: number, { startedMs }: Member, reason: Record<string, unknown>): void {
    this.#members.delete(thread)
    this.#options.onLost(thread)
    if (this.#isEnding) return
    this.#options.log.error('a thread has ended; another takes its place', { thread, ...reason })
    const waitMs = Math.max(0, startedMs + STARTS_APART_MS - performance.now())
    setTimeout(() => this.#replace(thread).catch((error) => this.#options.onFailure(error)), waitMs)
  }

  async #replace(thread: number): Promise<void> {
    if (this.#isEnding) return
    const { calls } = this.#make(thread)
    for (const ask of [() => calls.start(), () => calls.serve()]) {
      const outcome = await ask()
      throwFirst([outcome])
      // It died meanwhile, and is being replaced in its turn.
      if ('refused' in outcome) return
    }
    this.#options.log.info('a thread was replaced', { thread })
  }
}

function throwFirst(outcomes: readonly Outcome<Problem | null>[]): void {
  for (const outcome of outcomes) if ('ok' in outcome && outcome.ok) throw new StartError(outcome.ok.problem)
}
