import type { MessagePort } from 'node:worker_threads'
import { type Outcome, refuse } from '#protocol/errors.ts'
import type { Address } from '../actors/address.ts'
import type { Carry } from '../peers.ts'
import { detach } from './detach.ts'

type Call = readonly [number: number, kind: string, id: string, method: string, args: unknown[]]
type Answer = readonly [number: number, outcome: Outcome<unknown>]
/** What one thread says to another at the end of a turn of its event loop. */
type Turn = { readonly calls: Call[]; readonly answers: Answer[] }

const LOST = refuse('retry', 'the thread that was called has ended: the call may or may not have been carried out')

/**
 * Carries calls between two threads, both ways. What one turn says leaves in one message, since each costs its receiver
 * about 10 us whatever it holds; calls arrive in the order they were made. When the other thread ends, or the link is
 * closed, everything that is not answered by then is answered `retry`.
 */
export class Link {
  readonly #port: MessagePort
  readonly #receive: Carry
  readonly #waiting = new Map<number, (outcome: Outcome<unknown>) => void>()
  #turn: Turn | undefined
  #calls = 0
  #isClosed = false

  /** `receive` carries out what the other thread calls. */
  constructor(port: MessagePort, receive: Carry) {
    this.#port = port
    this.#receive = receive
    port.on('message', (turn: Turn) => this.#take(turn))
    port.on('close', () => this.#lose())
  }

  /** The arguments are the link's own from here on. */
  call({ kind, id }: Address, method: string, args: unknown[]): Promise<Outcome<unknown>> {
    if (this.#isClosed) return Promise.resolve(LOST)
    return new Promise((resolve) => {
      const number = this.#calls++
      this.#waiting.set(number, resolve)
      detach(args)
      this.#gather().calls.push([number, kind, id, method, args])
    })
  }

  /** Says what was gathered, and nothing more. */
  close(): void {
    this.#flush()
    this.#port.close()
    this.#lose()
  }

  #take({ calls, answers }: Turn): void {
    for (const [number, outcome] of answers) {
      this.#waiting.get(number)?.(outcome)
      this.#waiting.delete(number)
    }
    for (const [number, kind, id, method, args] of calls) {
      void this.#receive({ kind, id }, method, args).then((outcome) => this.#answer(number, outcome))
    }
  }

  #answer(number: number, outcome: Outcome<unknown>): void {
    if (this.#isClosed) return
    detach(outcome)
    this.#gather().answers.push([number, outcome])
  }

  #gather(): Turn {
    if (this.#turn) return this.#turn
    this.#turn = { calls: [], answers: [] }
    setImmediate(() => this.#flush())
    return this.#turn
  }

  #flush(): void {
    const turn = this.#turn
    this.#turn = undefined
    if (turn && !this.#isClosed) this.#port.postMessage(turn)
  }

  #lose(): void {
    this.#isClosed = true
    for (const resolve of this.#waiting.values()) resolve(LOST)
    this.#waiting.clear()
  }
}
