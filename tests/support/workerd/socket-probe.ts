import type { GatewayHost } from '#durable/ports/host.ts'
import type { SocketId, SocketOrigin, Survivor } from '#durable/ports/sockets.ts'
import { fromUtf8, toUtf8 } from '#protocol/text.ts'

/** What a client asks of a gateway that is a probe, in one frame of JSON. */
export type Order =
  /** A text of so many bytes comes back. */
  | { readonly do: 'measure'; readonly bytes: number }
  /** So many frames go to everybody, each the same bytes for all. */
  | { readonly do: 'tell all'; readonly frames: number }
  /** The same bytes come back as last time. */
  | { readonly do: 'again' }
  /** Two frames of so many bytes come, put together in the same memory. */
  | { readonly do: 'same memory'; readonly bytes: number }
  | { readonly do: 'send to'; readonly socket: SocketId; readonly text: string }
  /** Says a word, closes the socket, and says another. */
  | { readonly do: 'close'; readonly code: number }
  | { readonly do: 'touch nobody' }
  | { readonly do: 'after turn' }
  /** From here on this is noted about the socket. */
  | { readonly do: 'note'; readonly note: string }
  | { readonly do: 'report'; readonly about?: SocketId }

export type Report = {
  readonly socket: SocketId
  /** What the gateway has heard of the socket in question. */
  readonly heard: readonly string[]
  readonly heardAt: number
  readonly now: number
  readonly survivors: readonly Survivor[]
}

const AGAIN = toUtf8('the same bytes: é')
const NOBODY = 'nobody'

/** A gateway that does with its sockets what their clients ask for. */
export class SocketProbe {
  readonly isBusy = false
  readonly #host: Pick<GatewayHost, 'sockets' | 'clock'>
  readonly #survivors: readonly Survivor[]
  readonly #open = new Set<SocketId>()
  readonly #heard: (readonly [SocketId, string])[] = []
  readonly #notes = new Map<SocketId, string>()

  constructor(_id: string, host: Pick<GatewayHost, 'sockets' | 'clock'>) {
    this.#host = host
    this.#survivors = host.sockets.survivors()
    for (const { socket, note } of this.#survivors) {
      this.#open.add(socket)
      this.#notes.set(socket, note)
    }
  }

  async load(): Promise<void> {}
  async wake(): Promise<void> {}
  sweep(): boolean {
    return false
  }

  opened(socket: SocketId, { transport, address }: SocketOrigin): void {
    this.#open.add(socket)
    this.#heard.push([socket, `opened ${transport} ${address}`])
  }

  received(socket: SocketId, frame: string): void {
    const order: Order = JSON.parse(frame)
    this.#heard.push([socket, order.do])
    this.#obey(socket, order)
  }

  closed(socket: SocketId): void {
    this.#open.delete(socket)
    this.#heard.push([socket, 'closed'])
  }

  noteOf(socket: SocketId): string | undefined {
    return this.#notes.get(socket)
  }

  #obey(socket: SocketId, order: Order): void {
    const { sockets } = this.#host
    switch (order.do) {
      case 'measure':
        return this.#say(socket, `${'é'.repeat(Math.floor(order.bytes / 2))}${'x'.repeat(order.bytes % 2)}`)
      case 'tell all':
        return this.#tellAll(order.frames)
      case 'again':
        sockets.send(socket, AGAIN)
        return this.#say(socket, fromUtf8(AGAIN))
      case 'same memory':
        return this.#sayInSameMemory(socket, order.bytes)
      case 'send to':
        return this.#say(order.socket, order.text)
      case 'close':
        this.#say(socket, 'before')
        sockets.close(socket, order.code, 'as it was asked to')
        this.#say(socket, 'after')
        return sockets.close(socket, order.code + 1, 'twice')
      case 'touch nobody':
        this.#say(NOBODY, 'x')
        sockets.close(NOBODY, 4000, 'x')
        return this.#say(socket, String(sockets.heardAt(NOBODY)))
      case 'after turn':
        return this.#afterTurn(socket)
      case 'note':
        this.#notes.set(socket, order.note)
        return this.#say(socket, 'noted')
      case 'report':
        return this.#say(socket, JSON.stringify(this.#report(socket, order.about ?? socket)))
    }
  }

  #tellAll(frames: number): void {
    for (let i = 0; i < frames; i++) {
      const bytes = toUtf8(`${i} ${'x'.repeat(i * 10)}`)
      for (const socket of this.#open) this.#host.sockets.send(socket, bytes)
    }
  }

  #sayInSameMemory(socket: SocketId, bytes: number): void {
    const memory = new Uint8Array(bytes)
    for (const letter of ['a', 'b']) {
      memory.fill(letter.charCodeAt(0))
      this.#host.sockets.send(socket, memory.subarray())
    }
  }

  #afterTurn(socket: SocketId): void {
    const { sockets } = this.#host
    const order: string[] = []
    sockets.afterTurn(() => order.push('after'))
    sockets.afterTurn(() => {
      order.push('after it')
      this.#say(socket, order.join(', '))
    })
    sockets.whenCalm(() => this.#say(socket, 'calm'))
    let ready = Promise.resolve()
    for (let i = 0; i < 10; i++) ready = ready.then(() => {})
    void ready.then(() => order.push('promises'))
    order.push('turn')
    this.#say(socket, 'within the turn')
  }

  #report(socket: SocketId, about: SocketId): Report {
    const { sockets, clock } = this.#host
    return {
      socket,
      heard: this.#heard.filter(([each]) => each === about).map(([, what]) => what),
      heardAt: sockets.heardAt(about),
      now: clock.now(),
      survivors: this.#survivors,
    }
  }

  #say(socket: SocketId, text: string): void {
    this.#host.sockets.send(socket, toUtf8(text))
  }
}
