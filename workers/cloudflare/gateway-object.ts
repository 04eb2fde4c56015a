import { actors } from '#durable/actors.ts'
import type { Gateway } from '#durable/gateway/gateway.ts'
import type { Host } from '#durable/ports/host.ts'
import { ActorObject } from './actor-object.ts'
import { GatewaySockets } from './sockets.ts'
import { originIn } from './upgrades.ts'

/** The object of a gateway: the one that sockets are handed to. */
export class GatewayObject extends ActorObject<Gateway> {
  readonly #sockets = new GatewaySockets(this.log)

  protected make(id: string, host: Host) {
    return new actors.gateway(id, { ...host, sockets: this.#sockets })
  }

  /** Opens a socket for a client that the entry has admitted. */
  override async fetch(request: Request): Promise<Response> {
    const gateway = await this.actor
    const { 0: client, 1: server } = new WebSocketPair()
    this.#sockets.add(server, originIn(request), gateway)
    return new Response(null, { status: 101, webSocket: client })
  }
}
