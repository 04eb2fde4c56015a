import type { Answer, Down } from '#protocol/down.ts'
import type { Request, Up } from '#protocol/up.ts'
import { RawSocket } from '../sockets/raw-socket.ts'

type Asking = Request extends infer Event ? (Event extends Request ? Omit<Event, 'id'> : never) : never
type AnswerOf<Type> = Extract<Down, { type: Type }>
type Waiting = { readonly resolve: (event: Down) => void; readonly reject: (error: Error) => void }

/** In a string these would be escaped. */
const CAUGHT_UP = '"last":"complete"'
const TROUBLE = ['"last":"incomplete"', '"type":"failed"', '"type":"lagging"']
const SHOWN = 200

const HINT = 'if that is a limit, raise the rate limits of the server: docs/performance.md'

/** A raw socket on which one can also talk: while it does, every frame is parsed. */
export class SnugSocket {
  readonly raw: RawSocket
  readonly #answers = new Map<number, Waiting>()
  readonly #awaited = new Map<Down['type'], Waiting & { readonly holds: (event: Down) => boolean }>()
  #id = 0

  private constructor(raw: RawSocket) {
    this.raw = raw
    raw.isClient = true
    this.listen()
  }

  /** Connected and welcomed. */
  static async open(url: string): Promise<SnugSocket> {
    const socket = new SnugSocket(await RawSocket.open(url))
    const welcome = socket.hears('welcome')
    socket.say({ type: 'hello', versions: [1], client: 'bench' })
    await welcome
    return socket
  }

  /** Connected and logged in. */
  static async enter(url: string, token: string): Promise<SnugSocket> {
    const socket = await SnugSocket.open(url)
    await socket.ask({ type: 'authenticate', token }, 'session')
    return socket
  }

  /** Logs in as a client does that holds these rooms, up to these places; resolves when it is caught up. */
  static async visit(url: string, token: string, held: Extract<Up, { type: 'sync' }>['rooms']): Promise<SnugSocket> {
    const socket = await SnugSocket.enter(url, token)
    const caughtUp = socket.#caughtUp()
    socket.say({ type: 'sync', id: 0, rooms: held })
    await caughtUp
    return socket
  }

  /** Frames are searched, not parsed: so many bytes come that the generator would be the bottleneck. */
  #caughtUp(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.raw.onFrame = (payload) => {
        if (payload.includes(CAUGHT_UP)) resolve()
        else if (TROUBLE.some((trouble) => payload.includes(trouble)))
          reject(new Error(`the server could not: ${payload.toString().slice(-SHOWN)}; ${HINT}`))
      }
    })
  }

  say(...events: Up[]): void {
    this.raw.send(JSON.stringify(events.length === 1 ? events[0] : events))
  }

  async ask<Type extends Answer['type']>(asking: Asking, type: Type): Promise<AnswerOf<Type>> {
    const id = ++this.#id
    const answer = new Promise<Down>((resolve, reject) => this.#answers.set(id, { resolve, reject }))
    this.say({ ...asking, id } as Request)
    const event = await answer.finally(() => this.#answers.delete(id))
    if (event.type !== type) throw new Error(`the server answered ${event.type} to ${asking.type}`)
    return event as AnswerOf<Type>
  }

  /** The next event of a type; one at a time is waited for. */
  hears<Type extends Down['type']>(type: Type, holds: (event: Down) => boolean = () => true): Promise<AnswerOf<Type>> {
    return new Promise((resolve, reject) =>
      this.#awaited.set(type, { holds, resolve: (event) => resolve(event as AnswerOf<Type>), reject }),
    )
  }

  listen(): void {
    this.raw.onFrame = (payload) => {
      const frame: Down | Down[] = JSON.parse(payload.toString())
      for (const event of Array.isArray(frame) ? frame : [frame]) this.#take(event)
    }
  }

  /** From here on bytes are counted and nothing is looked at. */
  fallSilent(): RawSocket {
    this.raw.onFrame = undefined
    return this.raw
  }

  #take(event: Down): void {
    if (event.type === 'refused') throw new Error(`a message was refused: ${event.refusal.reason}; ${HINT}`)
    if (event.type === 'failed') return this.#refused(event)
    // This client acknowledges at once: it is never too slow.
    if (event.type === 'lagging') return this.#abandon(new Error('the server says that a client lags which does not'))
    if (event.type === 'heads' && event.last === 'incomplete')
      return this.#abandon(new Error('some rooms did not answer'))
    if ('re' in event && event.re !== undefined) this.#answers.get(event.re)?.resolve(event)
    const awaited = this.#awaited.get(event.type)
    if (awaited?.holds(event)) {
      this.#awaited.delete(event.type)
      awaited.resolve(event)
    }
  }

  #abandon(error: Error): void {
    const waiting = [...this.#answers.values(), ...this.#awaited.values()]
    if (waiting.length === 0) throw error
    for (const { reject } of waiting) reject(error)
  }

  #refused({ re = -1, refusal }: Extract<Down, { type: 'failed' }>): void {
    const error = new Error(`the server refused: ${refusal.kind}, ${refusal.reason}; ${HINT}`)
    const waiting = this.#answers.get(re)
    if (!waiting) throw error
    waiting.reject(error)
  }
}
