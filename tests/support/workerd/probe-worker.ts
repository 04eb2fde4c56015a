import type { Host } from '#durable/ports/host.ts'
import { ActorObject } from '#workers/cloudflare/actor-object.ts'
import type { Env } from '#workers/cloudflare/env.ts'
import { openLog } from '#workers/cloudflare/log.ts'
import { makePeers } from '#workers/cloudflare/peers.ts'
import { scrypt } from '#workers/cloudflare/scrypt.ts'
import { Probe } from './probe.ts'
import { type Answer, type Request as Call, decode, encode } from './wire.ts'

/** Probes in the place of all actors. The calls of tests come from the Worker, as those of the edge would. */
abstract class ProbeObject extends ActorObject<Probe> {
  protected make(id: string, host: Host) {
    return new Probe(id, { ...host, scrypt })
  }
}

export class GatewayObject extends ProbeObject {
  protected readonly kind = 'GATEWAY'
}
export class UserObject extends ProbeObject {
  protected readonly kind = 'USER'
}
export class RoomObject extends ProbeObject {
  protected readonly kind = 'ROOM'
}
export class DirectoryObject extends ProbeObject {
  protected readonly kind = 'DIRECTORY'
}
export class HasherObject extends ProbeObject {
  protected readonly kind = 'HASHER'
}

/** POST /{kind}/{id}, with a call. */
const worker: ExportedHandler<Env> = {
  async fetch(request, env) {
    const [, kind = '', id = ''] = new URL(request.url).pathname.split('/')
    const { id: number, operation, args } = decode<Call>(await request.text())
    const peers = makePeers(env, openLog())
    const stub: object = Reflect.apply(Reflect.get(peers, kind), peers, [id])
    const answer: Answer = { id: number, result: await Reflect.apply(Reflect.get(stub, operation), stub, args) }
    return new Response(encode(answer))
  },
}

// biome-ignore lint/style/noDefaultExport: workerd takes the handlers of a Worker from it
export default worker
