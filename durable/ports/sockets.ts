/** A socket's name within its gateway, given by the host when it opens. */
export type SocketId = string

/** What the host knows about a socket before its first frame. */
export type SocketOrigin = {
  readonly transport: 'https' | 'loopback' | 'insecure-allowed' | 'insecure'
  /** The client's address, for logs. */
  readonly address: string
  /** What limits per address count under: a network, where whoever has one address has them all. */
  readonly network: string
}

/** A socket that is open from before its gateway was last made, and what that gateway noted about it. */
export type Survivor = { readonly socket: SocketId; readonly origin: SocketOrigin; readonly note: string }

/** The client sockets of one gateway. */
export interface Sockets {
  /**
   * Sends one text frame of ready UTF-8 bytes. Never blocks; a socket that is gone is ignored. When it returns, the
   * memory is the caller's again; the same array is taken for the same bytes as long as it exists.
   */
  send(socket: SocketId, frame: Uint8Array): void

  /** Whether the gateway then hears that it is closed is up to the host. */
  close(socket: SocketId, code: number, reason: string): void

  /** When anything last came from the socket (ms). */
  heardAt(socket: SocketId): number

  /**
   * Hosts that take a quiet gateway out of memory keep its sockets open, and its last `noteOf` each. None where a
   * gateway stays as long as its sockets.
   */
  survivors(): readonly Survivor[]

  /** Calls back once, after the work that is ready now, so that what one turn brings is handled, and what it says to a socket leaves, at once. */
  afterTurn(callback: () => void): void

  /**
   * Calls back once, later than `afterTurn` where a host lets go first what is on its way for somebody who talks: for
   * long work in many turns, of which nobody waits for a single one.
   */
  whenCalm(callback: () => void): void
}
