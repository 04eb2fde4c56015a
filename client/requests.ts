import type { Answer, Down } from '#protocol/down.ts'
import type { Request } from '#protocol/up.ts'
import { RefusedError } from './refused-error.ts'

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** A request before it has its id. */
export type Asking = DistributiveOmit<Request, 'id'>

export type AnswerOf<Type extends Answer['type']> = Extract<Answer, { type: Type }>

type Waiting = { resolve(answer: Answer): void; reject(error: RefusedError): void }

/** Pairs what was asked on this connection with its answers. */
export class Requests {
  readonly #waiting = new Map<number, Waiting>()
  readonly #send: (request: Request) => void
  #next = 1

  constructor(send: (request: Request) => void) {
    this.#send = send
  }

  /**
   * Resolves with the answer of the given type; rejects with RefusedError. `inOrder` sees the answer before the events
   * that follow it in the same frame.
   */
  ask<Type extends Answer['type']>(
    asking: Asking,
    type: Type,
    inOrder: (answer: AnswerOf<Type>) => void = () => {},
  ): Promise<AnswerOf<Type>> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        resolve: (answer) => {
          if (!isAnswer(answer, type)) return
          inOrder(answer)
          resolve(answer)
        },
        reject,
      })
      this.#send({ ...asking, id } as Request)
    })
  }

  /** Whether the event is done with: what fails after it was answered, as a `sync` can, is for others to see. */
  settle(event: Down): boolean {
    if (!('re' in event) || event.re === undefined) return false
    const waiting = this.#waiting.get(event.re)
    if (!waiting) return event.type !== 'failed'
    this.#waiting.delete(event.re)
    if (event.type === 'failed') waiting.reject(new RefusedError(event.refusal))
    else waiting.resolve(event)
    return true
  }

  /** The answers will not come. */
  abandon(why: RefusedError): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(why)
  }
}

function isAnswer<Type extends Answer['type']>(answer: Answer, type: Type): answer is AnswerOf<Type> {
  return answer.type === type
}
