import type { RoomId } from '#protocol/ids.ts'
import type { RawSocket } from '../sockets/raw-socket.ts'
import { type Member, TEXT } from './server.ts'
import { type Account, newId } from './snug-owner.ts'

/** A member with everything of one turn in one frame, as the headless client has it. */
export class SnugMember implements Member {
  readonly name: string
  readonly socket: RawSocket
  readonly confirmation = Buffer.from('"type":"stored"')
  readonly refusal = Buffer.from('"type":"refused"')
  readonly #room: RoomId
  readonly #producer = newId('producer')
  #n = 0

  constructor({ user }: Account, room: RoomId, socket: RawSocket) {
    this.name = user
    this.#room = room
    this.socket = socket
  }

  post(count: number): void {
    const fields = { type: 'send', room: this.#room, producer: this.#producer, text: TEXT }
    const events = Array.from({ length: count }, () => ({ ...fields, n: ++this.#n }))
    this.socket.send(JSON.stringify(events.length === 1 ? events[0] : events))
  }
}
