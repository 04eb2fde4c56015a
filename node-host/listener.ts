import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo, ListenOptions } from 'node:net'
import type { Duplex } from 'node:stream'
import { BARE_HEADERS } from '#workers/bare-headers.ts'
import { StartError } from './start-error.ts'

/** What answers once the host is ready. */
export type Handlers = {
  readonly request: (request: IncomingMessage, response: ServerResponse) => void
  readonly upgrade: (request: IncomingMessage, stream: Duplex, head: Buffer) => void
}

const starting: Handlers = {
  request: (_request, response) => response.writeHead(503, { ...BARE_HEADERS, 'retry-after': '1' }).end(),
  upgrade: (_request, stream) => refuseUpgrade(stream, 503, 'starting'),
}

/**
 * Whoever sends a request one byte a second does not keep a connection for long. A body may take its time where one is
 * wanted (workers/object-routes.ts); of others nobody waits for the end.
 */
const timeouts = { headersTimeout: 10_000, requestTimeout: 0, connectionsCheckingInterval: 5_000 }
/** So long what is answered already may go on sending: it would else not hear the answer. */
const LINGER_MS = 2_000

/** An HTTP server that has its port before anything else happens: where the port is taken, nothing is touched. */
export class Listener {
  readonly #server: Server
  #handlers: Handlers = starting

  private constructor() {
    this.#server = createServer(timeouts, (request, response) => {
      response.once('finish', () => endBody(request))
      this.#handlers.request(request, response)
    })
    this.#server.on('upgrade', (request, stream, head) => this.#handlers.upgrade(request, stream, head))
  }

  /** `flag` is what whoever starts Snug gives to take another port. */
  static open(host: string, port: number, flag = '--port'): Promise<Listener> {
    return Listener.#open({ host, port }, flag)
  }

  /** Shares the port with others who do: the kernel gives each connection to one of them (SO_REUSEPORT). */
  static openShared(host: string, port: number): Promise<Listener> {
    return Listener.#open({ host, port, reusePort: true }, '--port')
  }

  static async #open(
    at: Required<Pick<ListenOptions, 'host' | 'port'>> & ListenOptions,
    flag: string,
  ): Promise<Listener> {
    const listener = new Listener()
    await new Promise<void>((resolve, reject) => {
      listener.#server.once('error', (error) => reject(cannotListen(at.host, at.port, flag, error)))
      listener.#server.listen(at, resolve)
    })
    return listener
  }

  serve(handlers: Handlers): void {
    this.#handlers = handlers
  }

  get address(): AddressInfo {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server does not listen')
    return address
  }

  /** Takes no more connections; those that are open stay. */
  stop(): void {
    this.#server.close()
    this.#server.closeIdleConnections()
  }

  /** Resolves when the port is free. */
  closeAll(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    return closed
  }
}

/** What still comes of a request that is answered. */
function endBody(request: IncomingMessage): void {
  if (request.complete) return
  request.resume()
  const timer = setTimeout(() => request.destroy(), LINGER_MS).unref()
  request.once('close', () => clearTimeout(timer))
}

/** Answers a request for a socket without opening one. `reason` is for whoever looks at the network. */
export function refuseUpgrade(stream: Duplex, status: 403 | 404 | 429 | 503, reason: string): void {
  stream.on('error', () => {})
  const retry = status === 403 || status === 404 ? {} : { 'retry-after': '5' }
  const headers = { connection: 'close', ...BARE_HEADERS, ...retry, 'content-length': Buffer.byteLength(reason) }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${reason}`)
}

const reasons: Record<string, string> = {
  EADDRINUSE: 'it is taken: give FLAG another one',
  EACCES: 'ports below 1024 need more rights: give FLAG a higher one',
  EADDRNOTAVAIL: 'this machine has no such address: give --host another one',
  ENOTFOUND: 'this machine knows no such address: give --host another one',
}

/** Somebody else listens there. */
export class PortTaken extends StartError {}

function cannotListen(host: string, port: number, flag: string, error: Error): StartError {
  const code = 'code' in error ? String(error.code) : error.message
  const reason = (reasons[code] ?? code).replace('FLAG', flag)
  const Kind = code === 'EADDRINUSE' ? PortTaken : StartError
  return new Kind(`Port ${port} of ${host} cannot be used: ${reason}.`, { cause: error })
}
