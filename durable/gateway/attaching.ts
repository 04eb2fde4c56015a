import type { Outcome } from '#protocol/errors.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { NamedFile } from '#protocol/up/send.ts'
import type { Peers } from '../ports/peers.ts'
import type { KeptFile } from '../user/kept-file.ts'
import type { Connection } from './connection.ts'

type Attached = Outcome<readonly KeptFile[]>

/**
 * Asks the sender's files before a message that names some goes to its room. Until the answer is there, what the same
 * connection sends after it waits: its order is kept (SPEC.md, P6).
 */
export class Attaching {
  readonly #peers: Peers
  readonly #chains = new Map<Connection, Promise<void>>()

  constructor(peers: Peers) {
    this.#peers = peers
  }

  /** What has to be sent before whatever this connection says now; it never fails. */
  of(connection: Connection): Promise<void> | undefined {
    return this.#chains.get(connection)
  }

  /** Calls `send` when the files are known, and all before it was sent. */
  inOrder(
    connection: Connection,
    user: UserId,
    room: RoomId,
    named: readonly NamedFile[] | undefined,
    send: (attached: Attached | undefined) => void,
  ): Promise<void> {
    const before = this.#chains.get(connection)
    const asked = named && this.#peers.user(user).attachFiles(room, named)
    const sent = Promise.all([asked, before]).then(([attached]) => send(attached))
    const chain = sent
      .catch(() => {})
      .then(() => {
        if (this.#chains.get(connection) === chain) this.#chains.delete(connection)
      })
    this.#chains.set(connection, chain)
    return sent
  }
}
