import type { DeviceId, UserId } from '#protocol/ids.ts'
import type { SocketId } from '../ports/sockets.ts'
import type { Connection } from './connection.ts'

/** The client sockets of this gateway. When a network fails they all end at once: nothing here looks at all of them for one. */
export class Connections {
  readonly #bySocket = new Map<SocketId, Connection>()
  readonly #byUser = new Map<UserId, Set<Connection>>()

  add(connection: Connection): void {
    this.#bySocket.set(connection.socket, connection)
    this.loggedIn(connection)
  }

  /** Counts a connection for its user, once it is known whose it is. */
  loggedIn(connection: Connection): void {
    const { session } = connection
    if (session.state !== 'authenticated') return
    const ofUser = this.#byUser.get(session.user) ?? new Set()
    this.#byUser.set(session.user, ofUser.add(connection))
  }

  get(socket: SocketId): Connection | undefined {
    return this.#bySocket.get(socket)
  }

  delete(connection: Connection): void {
    this.#bySocket.delete(connection.socket)
    const { session } = connection
    if (session.state !== 'authenticated') return
    const ofUser = this.#byUser.get(session.user)
    ofUser?.delete(connection)
    if (ofUser?.size === 0) this.#byUser.delete(session.user)
  }

  all(): Iterable<Connection> {
    return this.#bySocket.values()
  }

  /** Whether somebody has still to log in. */
  get someAreOutside(): boolean {
    for (const { session } of this.#bySocket.values()) if (session.state !== 'authenticated') return true
    return false
  }

  /** Whether a user is logged in here, on whatever device and however far. */
  includes(user: UserId): boolean {
    return this.#byUser.has(user)
  }

  /** Those of a device, also one that is just logging in. */
  ofDevice(user: UserId, device: DeviceId): Connection[] {
    return [...this.#bySocket.values()].filter(({ session }) => {
      const one =
        session.state === 'authenticating' ? session.as : session.state === 'authenticated' ? session : undefined
      return one?.user === user && one.device === device
    })
  }
}
