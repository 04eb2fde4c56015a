import { actors } from '#durable/actors.ts'
import type { Gateway } from '#durable/gateway/gateway.ts'
import type { Host } from '#durable/ports/host.ts'
import { LOG_IN_WITHIN_MS } from '#protocol/limits.ts'
import { ActorObject } from './actor-object.ts'
import { clock } from './clock.ts'
import { GatewaySockets } from './sockets.ts'
import { originIn } from './upgrades.ts'

/**
 * How often it looks for sockets that are silent. Each look wakes a sleeping object, which then stays for ten seconds:
 * Cloudflare notices most dead connections by itself.
 */
const SWEEP_EVERY_MS = 5 * 60_000

/** The object of a gateway: the one that sockets are handed to. */
export class GatewayObject extends ActorObject<Gateway> {
  readonly #sockets = new GatewaySockets(this.ctx, this.log)

  protected make(id: string, host: Host) {
    const gateway = new actors.gateway(id, { ...host, sockets: this.#sockets })
    this.#sockets.serve(gateway)
    return gateway
  }

  /** Opens a socket for a client that the entry has admitted. */
  override async fetch(request: Request): Promise<Response> {
    await this.actor
    const webSocket = this.#sockets.accept(originIn(request))
    setTimeout(() => this.#sockets.sweep(), LOG_IN_WITHIN_MS + 1)
    await this.#sweepLater()
    return new Response(null, { status: 101, webSocket })
  }

  override async webSocketMessage(ws: WebSocket, data: string | ArrayBuffer): Promise<void> {
    await this.#after(() => this.#sockets.received(ws, data))
  }

  override async webSocketClose(ws: WebSocket, code: number, reason: string): Promise<void> {
    await this.#after(() => this.#sockets.lost(ws))
    if (ws.readyState !== WebSocket.CLOSED) ws.close(code, reason)
  }

  override async webSocketError(ws: WebSocket): Promise<void> {
    await this.#after(() => this.#sockets.lost(ws))
  }

  /** A gateway plans nothing: its alarm is the host's own. */
  override async alarm(): Promise<void> {
    await this.#after(() => this.#sockets.sweep())
    if (!this.#sockets.isEmpty) await this.ctx.storage.setAlarm(clock.now() + SWEEP_EVERY_MS)
  }

  async #sweepLater(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(clock.now() + SWEEP_EVERY_MS)
  }

  /** What happens to a socket reaches its gateway in order, once that is in memory again. */
  async #after(event: () => void): Promise<void> {
    try {
      await this.actor
      event()
    } catch (error) {
      this.log.error('a gateway could not be told of an event', { error })
    }
  }
}
