import type { Gateway } from '#durable/gateway/gateway.ts'
import type { SocketId, SocketOrigin, Sockets, Survivor } from '#durable/ports/sockets.ts'
import { fromUtf8 } from '#protocol/text.ts'

/** Where a client's end of a socket hears from the host. */
export type SocketEnd = { frame(text: string): void; closed(code: number, reason: string): void }

type OpenSocket = {
  readonly end: SocketEnd
  readonly origin: SocketOrigin
  heardAt: number
  note?: string
  /** The client's end is gone; the gateway has not heard of it yet. */
  isLost?: boolean
}

const LOST = 1006

/** The client sockets of one gateway, as the host keeps them: they outlive instances that are only out of memory. */
export class GatewaySockets {
  readonly #sockets = new Map<SocketId, OpenSocket>()

  get isEmpty(): boolean {
    return this.#sockets.size === 0
  }

  open(socket: SocketId, end: SocketEnd, origin: SocketOrigin, now: number): void {
    this.#sockets.set(socket, { end, origin, heardAt: now })
  }

  /** Something came from the socket; false when it is no longer open. */
  heard(socket: SocketId, now: number): boolean {
    const open = this.#open(socket)
    if (open) open.heardAt = now
    return open !== undefined
  }

  /** The client's end is gone; false when it was known. */
  lose(socket: SocketId): boolean {
    const open = this.#open(socket)
    if (open) open.isLost = true
    return open !== undefined
  }

  forget(socket: SocketId): boolean {
    return this.#sockets.delete(socket)
  }

  /** Keeps what the gateway notes about each socket before it goes out of memory. One without a note ends here. */
  note(gateway: Gateway): void {
    for (const [id, socket] of this.#sockets) {
      const note = gateway.noteOf(id)
      if (note !== undefined) socket.note = note
      else if (this.#sockets.delete(id) && !socket.isLost) socket.end.closed(LOST, '')
    }
  }

  /** The gateway ends, and its sockets with it. */
  closeAll(): void {
    const sockets = [...this.#sockets.values()]
    this.#sockets.clear()
    for (const { end, isLost } of sockets) if (!isLost) end.closed(LOST, '')
  }

  /** The port for one instance of the gateway. */
  port(isAlive: () => boolean, afterTurn: (callback: () => void) => void): Sockets {
    return {
      send: (socket, frame) => {
        if (isAlive()) this.#open(socket)?.end.frame(textOf(frame))
      },
      close: (socket, code, reason) => {
        const open = isAlive() ? this.#open(socket) : undefined
        if (open) this.#sockets.delete(socket)
        open?.end.closed(code, reason)
      },
      heardAt: (socket) => this.#sockets.get(socket)?.heardAt ?? 0,
      survivors: () => this.#survivors(),
      afterTurn,
      whenCalm: afterTurn,
    }
  }

  #open(socket: SocketId): OpenSocket | undefined {
    const open = this.#sockets.get(socket)
    return open?.isLost ? undefined : open
  }

  #survivors(): Survivor[] {
    return [...this.#sockets].flatMap(([socket, { origin, note }]) =>
      note === undefined ? [] : [{ socket, origin, note }],
    )
  }
}

const texts = new WeakMap<Uint8Array, string>()

/** What goes to many sockets is decoded once. */
function textOf(frame: Uint8Array): string {
  const known = texts.get(frame)
  if (known !== undefined) return known
  const text = fromUtf8(frame)
  texts.set(frame, text)
  return text
}

export function gatewayOf(socket: SocketId): string {
  return socket.slice(0, socket.indexOf('/'))
}
