import type { DeviceId, UserId } from '#protocol/ids.ts'
import type { SocketId } from '../ports/sockets.ts'
import type { Connection } from './connection.ts'

/** The client sockets of this gateway. */
export class Connections {
  readonly #bySocket = new Map<SocketId, Connection>()

  add(connection: Connection): void {
    this.#bySocket.set(connection.socket, connection)
  }

  get(socket: SocketId): Connection | undefined {
    return this.#bySocket.get(socket)
  }

  delete(connection: Connection): void {
    this.#bySocket.delete(connection.socket)
  }

  all(): Iterable<Connection> {
    return this.#bySocket.values()
  }

  /** Whether a user is logged in here, on whatever device and however far. */
  includes(user: UserId): boolean {
    for (const { session } of this.#bySocket.values())
      if (session.state === 'authenticated' && session.user === user) return true
    return false
  }

  /** Those of a device, also one that is just logging in. */
  ofDevice(user: UserId, device: DeviceId): Connection[] {
    return [...this.#bySocket.values()].filter(({ session }) => {
      if (session.state === 'authenticated') return session.user === user && session.device === device
      return session.state === 'authenticating' && session.device === device
    })
  }
}
