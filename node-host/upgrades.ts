import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { SocketOrigin } from '#durable/ports/sockets.ts'
import { MAX_FRAME_BYTES } from '#protocol/limits.ts'
import { type AdmissionPolicy, admitSocket } from '#workers/admission.ts'
import { SOCKET_PATH } from '#workers/app.ts'
import type { Place } from './connection-limits.ts'
import type { Counters } from './counters.ts'
import { refuseUpgrade } from './listener.ts'
import type { GatewaySockets } from './sockets.ts'

export type UpgradesOptions = {
  readonly policy: AdmissionPolicy
  /** Takes a place for a connection from this address, if there is one. */
  readonly enter: (address: string) => Place | Promise<Place>
  readonly counters: Counters
  /** The sockets of the gateway that takes the next client, once it is loaded. */
  readonly gateway: () => Promise<GatewaySockets>
}

const MAX_FRAGMENTS = 64
/** Pieces in which a frame may come from the network; honest ones come in far fewer. */
const MAX_CHUNKS = 4096
const CLOSE_TIMEOUT_MS = 5_000

const socketOptions = {
  noServer: true,
  clientTracking: false,
  // Costs eight times the CPU of a frame, and would leak through its length inside an encrypted channel.
  perMessageDeflate: false,
  maxPayload: MAX_FRAME_BYTES,
  maxFragments: MAX_FRAGMENTS,
  maxBufferedChunks: MAX_CHUNKS,
  closeTimeout: CLOSE_TIMEOUT_MS,
}

type Refusal = { readonly status: 403 | 404 | 429 | 503; readonly reason: string }

const RESTARTING: Refusal = { status: 503, reason: 'restarting' }
const NO_PLACE: Record<'full' | 'address', Refusal> = {
  full: { status: 503, reason: 'too many connections' },
  address: { status: 429, reason: 'too many connections from this address' },
}

/** Turns requests for a socket into sockets of a gateway, or refuses them. */
export class Upgrades {
  readonly #options: UpgradesOptions
  readonly #server = new WebSocketServer(socketOptions)
  #isStopped = false

  constructor(options: UpgradesOptions) {
    this.#options = options
  }

  /** Refuses every request from here on. */
  stop(): void {
    this.#isStopped = true
  }

  take(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // Until a socket has it, an error of the stream is nobody's: without a listener it would end the process.
    stream.on('error', () => {})
    void this.#take(request, stream, head)
  }

  async #take(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const admission = this.#admit(request)
    if ('refused' in admission) return this.#refuse(stream, admission.refused)
    const origin = admission.admitted
    const place = await this.#options.enter(origin.address)
    if ('refused' in place) return this.#refuse(stream, NO_PLACE[place.refused])
    if (stream.closed) return place.leave()
    stream.once('close', place.leave)
    await this.#open(request, stream, head, origin)
  }

  #admit(request: IncomingMessage): { readonly admitted: SocketOrigin } | { readonly refused: Refusal } {
    if (this.#isStopped) return { refused: RESTARTING }
    if (pathOf(request) !== SOCKET_PATH) return { refused: { status: 404, reason: 'not here' } }
    const admission = admitSocket(describe(request), this.#options.policy)
    return 'refused' in admission ? { refused: { status: 403, reason: admission.refused } } : admission
  }

  async #open(request: IncomingMessage, stream: Duplex, head: Buffer, origin: SocketOrigin): Promise<void> {
    const sockets = await this.#options.gateway().catch(() => undefined)
    if (!sockets || this.#isStopped) this.#refuse(stream, RESTARTING)
    else this.#server.handleUpgrade(request, stream, head, (ws) => sockets.add(ws, stream, origin))
  }

  #refuse(stream: Duplex, { status, reason }: Refusal): void {
    this.#options.counters.socketsRefused.add(String(status))
    refuseUpgrade(stream, status, reason)
  }
}

function pathOf(request: IncomingMessage): string | undefined {
  return request.url?.split('?', 1)[0]
}

function describe({ socket, headers }: IncomingMessage) {
  return {
    remoteAddress: socket.remoteAddress ?? '',
    encrypted: false,
    host: headers.host,
    origin: headers.origin,
    forwardedFor: single(headers['x-forwarded-for']),
    forwardedProto: single(headers['x-forwarded-proto']),
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header
}
