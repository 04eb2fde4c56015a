import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createPlain, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { promisify } from 'node:util'

const run = promisify(execFile)

const NEW_KEY = ['-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=tests']
const CONFIG = `[ca]
default_ca = tests
[tests]
database = index.txt
new_certs_dir = .
serial = serial
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`

/** An authority of the test's own, whose certificates are for 127.0.0.1 unless something else is said. */
export class Authority {
  readonly #folder: string
  #made = 0

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async make(): Promise<Authority> {
    const folder = await mkdtemp(join(tmpdir(), 'snug-authority-'))
    const authority = new Authority(folder)
    await writeFile(join(folder, 'ca.cnf'), CONFIG)
    await writeFile(join(folder, 'index.txt'), '')
    await writeFile(join(folder, 'serial'), '01\n')
    await authority.#openssl('req', '-x509', ...NEW_KEY, '-keyout', 'ca.key', '-out', 'ca.pem')
    return authority
  }

  /** For NODE_EXTRA_CA_CERTS. */
  get file(): string {
    return join(this.#folder, 'ca.pem')
  }

  /** @param days may be in the past */
  async certificate(days = 90, name = 'IP:127.0.0.1'): Promise<{ key: Buffer; cert: Buffer }> {
    const id = `c${++this.#made}`
    await writeFile(join(this.#folder, `${id}.ext`), `subjectAltName=${name}`)
    await this.#openssl('req', ...NEW_KEY, '-keyout', `${id}.key`, '-out', `${id}.csr`)
    const valid = ['-startdate', dateIn(-100), '-enddate', dateIn(days)]
    const signed = ['-extfile', `${id}.ext`, '-in', `${id}.csr`, '-out', `${id}.pem`]
    await this.#openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', ...signed, ...valid)
    const [key, cert] = await Promise.all([`${id}.key`, `${id}.pem`].map((file) => readFile(join(this.#folder, file))))
    return { key: key ?? Buffer.of(), cert: cert ?? Buffer.of() }
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true })
  }

  async #openssl(...args: string[]): Promise<void> {
    await run('openssl', args, { cwd: this.#folder })
  }
}

function dateIn(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '')}`
}

export type FrontFaults = {
  /** What it says of how people come; nothing where undefined. */
  readonly proto?: string | undefined
  readonly dropsUpgrades?: boolean
  readonly dropsHeaders?: boolean
  /** Milliseconds by which its clock is wrong. */
  readonly clock?: number
}

/** HTTPS before a host, as a front of people's own may be set up. */
export class TlsFront {
  readonly url: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async before(host: string, pair: { key: Buffer; cert: Buffer }, faults: FrontFaults = {}): Promise<TlsFront> {
    const { hostname, port } = new URL(host)
    const server = createServer(pair)
    server.on('request', (incoming, outgoing) => pass({ hostname, port }, incoming, outgoing, faults))
    server.on('upgrade', (incoming, socket, head) => {
      if (faults.dropsUpgrades) socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
      else upgrade(Number(port), hostname, incoming, socket, head, faults)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TlsFront(server)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

function headersOf({ headers }: IncomingMessage, { proto = 'https' }: FrontFaults) {
  return { ...headers, 'x-forwarded-for': '198.51.100.7', ...(proto !== '' && { 'x-forwarded-proto': proto }) }
}

function pass(
  to: { hostname: string; port: string },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  faults: FrontFaults,
) {
  const { method, url } = incoming
  const asked = request({ ...to, method, path: url, headers: headersOf(incoming, faults) }, (answer) => {
    const headers = faults.dropsHeaders ? { 'content-type': 'text/html' } : answer.headers
    const date = faults.clock === undefined ? {} : { date: new Date(Date.now() + faults.clock).toUTCString() }
    outgoing.writeHead(answer.statusCode ?? 500, { ...headers, ...date })
    answer.pipe(outgoing)
  })
  asked.on('error', () => outgoing.writeHead(502).end())
  incoming.pipe(asked)
}

function upgrade(
  port: number,
  host: string,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  faults: FrontFaults,
) {
  const to = connect(port, host)
  const lines = Object.entries(headersOf(incoming, faults)).map(([name, value]) => `${name}: ${value}\r\n`)
  to.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('')}\r\n`)
  to.write(head)
  to.pipe(socket)
  socket.pipe(to)
  for (const [one, other] of [
    [to, socket],
    [socket, to],
  ] as const) {
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
  }
}

/** Something that answers, and is not Snug. */
export async function somethingElse(): Promise<{ url: string; close(): void }> {
  const server = createPlain((_request, response) => response.end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}
