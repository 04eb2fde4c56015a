import type { Member, Server } from '../servers/server.ts'
import { confirmationsOf, countOf, Verifier } from './verifier.ts'
import { until, within } from './waiting.ts'

const VERIFIED = 5

type Talker = { readonly member: Member; readonly room: Room; seen: number; postedAtMs: number }
type Room = { posted: number; readonly talkers: Talker[] }

/**
 * Many rooms in which everybody posts, each the next message when the last one got through. One member each of five
 * rooms reads and verifies everything, the others count their messages.
 */
export class Chatter {
  /** From posting to the poster's own confirmation. */
  latenciesMs: number[] = []
  readonly #rooms: readonly Room[]
  #end = 0
  #talking = 0
  #whenQuiet: () => void = () => {}

  constructor(server: Server, rooms: readonly (readonly Member[])[]) {
    this.#rooms = rooms.map((members, r) => {
      const room: Room = { posted: 0, talkers: [] }
      for (const [m, member] of members.entries()) {
        const talker: Talker = { member, room, seen: 0, postedAtMs: 0 }
        room.talkers.push(talker)
        if (m === 0 && r < VERIFIED) this.#verify(server, talker)
        else this.#count(server, talker)
      }
      return room
    })
  }

  /** Everybody posts for so long; answers how many messages there were when everybody has all of theirs. */
  async talk(seconds: number): Promise<number> {
    const before = this.#total()
    const quiet = Promise.withResolvers<void>()
    this.#whenQuiet = quiet.resolve
    this.#end = performance.now() + seconds * 1000
    for (const { talkers } of this.#rooms) for (const talker of talkers) this.#post(talker)
    await within(quiet.promise, seconds, 'the last message was confirmed')
    const isDelivered = () =>
      this.#rooms.every(({ posted, talkers }) => talkers.every((talker) => talker.seen === posted))
    await until(isDelivered, 'everybody has got as many messages as their room')
    return this.#total() - before
  }

  #total(): number {
    return this.#rooms.reduce((sum, { posted }) => sum + posted, 0)
  }

  #post(talker: Talker): void {
    this.#talking += 1
    talker.room.posted += 1
    talker.postedAtMs = performance.now()
    talker.member.post(1)
  }

  #verify(server: Server, talker: Talker): void {
    const { socket } = talker.member
    new Verifier(server, talker.member, (seen) => {
      talker.seen += seen.length
    })
    const { onFrame } = socket
    socket.onFrame = (payload) => {
      onFrame?.(payload)
      this.#confirm(talker, confirmationsOf(talker.member, payload))
    }
  }

  #count(server: Server, talker: Talker): void {
    const { socket } = talker.member
    socket.onFrame = (payload) => {
      talker.seen += countOf(server.messageMark, payload)
      this.#confirm(talker, confirmationsOf(talker.member, payload))
    }
  }

  #confirm(talker: Talker, confirmed: number): void {
    if (confirmed === 0) return
    const now = performance.now()
    this.latenciesMs.push(now - talker.postedAtMs)
    this.#talking -= 1
    if (now < this.#end) this.#post(talker)
    else if (this.#talking === 0) this.#whenQuiet()
  }
}
