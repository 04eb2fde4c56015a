import type { Member, Seen, Server } from '../servers/server.ts'

/** Reads everything that a member gets: each message exactly once, in order. Anything else ends the bench. */
export class Verifier {
  readonly member: Member
  count = 0
  readonly #last = new Map<string, number>()
  #seq: number | undefined

  constructor(server: Server, member: Member, onMessages: (seen: readonly Seen[], atMs: number) => void = () => {}) {
    this.member = member
    member.socket.onFrame = (payload) => {
      const atMs = performance.now()
      const seen = server.messagesOf(payload.toString())
      for (const message of seen) this.#check(message)
      this.count += seen.length
      onMessages(seen, atMs)
    }
  }

  #check({ by, n, seq }: Seen): void {
    const expected = (this.#last.get(by) ?? 0) + 1
    if (n !== expected) throw new Error(`${this.member.name} got message ${n} of ${by} where ${expected} was next`)
    if (this.#seq !== undefined && seq !== this.#seq + 1) throw new Error(`place ${seq} came after ${this.#seq}`)
    this.#last.set(by, n)
    this.#seq = seq
  }
}

/** How many messages of its own a frame tells a member to have got through. Throws where one was refused. */
export function confirmationsOf(member: Member, payload: Buffer): number {
  if (member.refusal && payload.includes(member.refusal))
    throw new Error('the server refused a message: its rate limits have to be raised (docs/performance.md)')
  return countOf(member.confirmation, payload)
}

/** How often `mark` stands in a payload. */
export function countOf(mark: Buffer, payload: Buffer): number {
  let count = 0
  for (let at = payload.indexOf(mark); at >= 0; at = payload.indexOf(mark, at + mark.length)) count++
  return count
}
