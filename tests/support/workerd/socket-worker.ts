import { DurableObject } from 'cloudflare:workers'
import { clock } from '#workers/cloudflare/clock.ts'
import { openLog } from '#workers/cloudflare/log.ts'
import { GatewaySockets } from '#workers/cloudflare/sockets.ts'
import { SocketProbe } from './socket-probe.ts'

type Env = { readonly GATEWAY: DurableObjectNamespace }

const ORIGIN = { transport: 'loopback', address: '127.0.0.1', network: '7f000001' } as const

/** A gateway that is a probe, on sockets that hibernate. */
export class GatewayObject extends DurableObject<Env> {
  readonly #sockets = new GatewaySockets(this.ctx, openLog())

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sockets.serve(new SocketProbe('g0', { sockets: this.#sockets, clock }))
  }

  override fetch(): Response {
    return new Response(null, { status: 101, webSocket: this.#sockets.accept(ORIGIN) })
  }

  override webSocketMessage(ws: WebSocket, data: string | ArrayBuffer): void {
    this.#sockets.received(ws, data)
  }

  override webSocketClose(ws: WebSocket): void {
    this.#sockets.lost(ws)
    if (ws.readyState !== WebSocket.CLOSED) ws.close()
  }
}

const worker: ExportedHandler<Env> = { fetch: (request, env) => env.GATEWAY.getByName('g0').fetch(request) }

// biome-ignore lint/style/noDefaultExport: workerd takes the handlers of a Worker from it
export default worker
