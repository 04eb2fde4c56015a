import { actors } from '#durable/actors.ts'
import type { Gateway } from '#durable/gateway/gateway.ts'
import type { Host } from '#durable/ports/host.ts'
import { LOG_IN_WITHIN_MS } from '#protocol/limits.ts'
import { ActorObject } from './actor-object.ts'
import { clock } from './clock.ts'
import { Pause } from './pause.ts'
import { isHalfRestored } from './row-objects.ts'
import { GatewaySockets } from './sockets.ts'
import { originIn, refuseUpgrade } from './upgrades.ts'

/**
 * How often it looks for sockets that are silent. Each look wakes a sleeping object, which then stays for ten seconds:
 * Cloudflare notices most dead connections by itself.
 */
const SWEEP_EVERY_MS = 5 * 60_000
/** Sockets that open within such a time share one look at who has not logged in. */
const SAME_LOOK_MS = 1_000
/** They say that no code came, or no closing at all (RFC 6455, 7.4.1). */
const UNSENDABLE: readonly number[] = [1005, 1006, 1015]

/** Whatever is not answered by then is asked again by its client. */
const DRAIN_WITHIN_MS = 3_000

/** The object of a gateway: the one that sockets are handed to. */
export class GatewayObject extends ActorObject<Gateway> {
  protected readonly kind = 'GATEWAY'
  readonly #sockets = new GatewaySockets(this.ctx, this.log)
  readonly #pause = new Pause({
    storage: this.ctx.storage,
    clock,
    isHalfRestored: () => isHalfRestored(this.env),
  })
  #lookPlannedAt = 0

  protected make(id: string, host: Host) {
    const gateway = new actors.gateway(id, { ...host, sockets: this.#sockets })
    this.#sockets.serve(gateway)
    return gateway
  }

  /** Opens a socket for a client that the entry has admitted. */
  override async fetch(request: Request): Promise<Response> {
    this.calls.renew()
    const pause = await this.#pause.look()
    if (pause === 'paused') return refuseUpgrade(503, 'a backup is being made or put back')
    // One that was drained takes nobody any more.
    if (pause === 'just over') this.forget()
    await this.actor
    const webSocket = this.#sockets.accept(originIn(request))
    this.#lookWhoLoggedIn()
    await this.#sweepLater()
    return new Response(null, { status: 101, webSocket })
  }

  override async webSocketMessage(ws: WebSocket, data: string | ArrayBuffer): Promise<void> {
    await this.#after('a frame', () => this.#sockets.received(ws, data))
  }

  override async webSocketClose(ws: WebSocket, code: number, reason: string): Promise<void> {
    await this.#after('a socket that closed', () => {
      this.#sockets.lost(ws)
      if (ws.readyState !== WebSocket.CLOSED) answerClose(ws, code, reason)
    })
  }

  override async webSocketError(ws: WebSocket): Promise<void> {
    await this.#after('a socket that broke', () => this.#sockets.lost(ws))
  }

  /** A gateway plans nothing: its alarm is the host's own. */
  override async alarm(): Promise<void> {
    await this.#after('its alarm', async () => {
      this.#sockets.sweep()
      if (!this.#sockets.isEmpty) await this.ctx.storage.setAlarm(clock.now() + SWEEP_EVERY_MS)
    })
  }

  /** Before workerd stops: answers what was received, and tells everybody to come back. */
  async drain(): Promise<void> {
    await this.#after('the end', async () => {
      const gateway = await this.actor
      await Promise.race([gateway.drain(), new Promise((resolve) => setTimeout(resolve, DRAIN_WITHIN_MS))])
      gateway.dismiss()
    })
  }

  /** Nobody is connected from here on, for so long. Answers whether nobody was anyway. */
  async pause(forMs: number): Promise<boolean> {
    const wasPaused = await this.#pause.last(forMs)
    if (forMs > 0 && !wasPaused) await this.drain()
    return wasPaused
  }

  /** A timer holds the object in memory, where one that has just opened a socket is anyway. */
  #lookWhoLoggedIn(): void {
    const now = clock.now()
    if (now - this.#lookPlannedAt < SAME_LOOK_MS) return
    this.#lookPlannedAt = now
    setTimeout(() => {
      if (this.#sockets.sweep()) this.#lookWhoLoggedIn()
    }, LOG_IN_WITHIN_MS + SAME_LOOK_MS)
  }

  async #sweepLater(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(clock.now() + SWEEP_EVERY_MS)
  }

  /** What happens reaches the gateway in order, once that is in memory again. What is thrown nobody else would log. */
  async #after(what: string, event: () => void | Promise<void>): Promise<void> {
    this.calls.renew()
    try {
      await this.actor
      await event()
    } catch (error) {
      this.log.error('a gateway could not be told of an event', { what, error })
    }
  }
}

function answerClose(ws: WebSocket, code: number, reason: string): void {
  if (UNSENDABLE.includes(code)) ws.close()
  else ws.close(code, reason)
}
