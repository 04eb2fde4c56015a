import * as z from 'zod/mini'
import { Actor } from '#durable/actor.ts'
import type { Host } from '#durable/ports/host.ts'
import { Table } from '#durable/rows.ts'
import { type Outcome, ok } from '#protocol/errors.ts'
import { ActorObject } from '#workers/cloudflare/actor-object.ts'

const rungTable = new Table('rung', z.int())

/** An actor with an agenda: counts how often it has done what was planned. */
class Planner extends Actor<Host, 'ring'> {
  #rung = 0

  async plan(at: number): Promise<Outcome<null>> {
    await this.commit([this.agenda.plan('ring', at)])
    return ok(null)
  }

  async rung(): Promise<Outcome<number>> {
    return ok(this.#rung)
  }

  protected override async perform(): Promise<void> {
    this.#rung += 1
    await this.commit([rungTable.put('count', this.#rung), ...this.agenda.clear('ring')])
  }
}

type Env = { readonly USER: DurableObjectNamespace<PlannerObject> }

export class PlannerObject extends ActorObject<Planner> {
  protected readonly kind = 'USER'

  protected make(id: string, host: Host) {
    return new Planner(id, host)
  }

  alarmAt(): Promise<number | null> {
    return this.ctx.storage.getAlarm()
  }

  ringNow(): Promise<void> {
    return this.alarm()
  }
}

/** POST /{actor}/{method} with a list of arguments calls an actor; GET /{actor} tells its alarm, PUT rings it now. */
const worker: ExportedHandler<Env> = {
  async fetch(request, env) {
    const [, actor = '', method = ''] = new URL(request.url).pathname.split('/')
    const planner = env.USER.getByName(actor)
    if (request.method === 'PUT') await planner.ringNow()
    if (request.method !== 'POST') return Response.json(await planner.alarmAt())
    return Response.json(await planner.call(method, await request.json()))
  },
}

// biome-ignore lint/style/noDefaultExport: workerd takes the handlers of a Worker from it
export default worker
