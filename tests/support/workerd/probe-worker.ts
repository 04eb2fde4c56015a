import * as z from 'zod/mini'
import { Actor } from '#durable/actor.ts'
import type { Host } from '#durable/ports/host.ts'
import { MAX_COMMIT_BYTES, type Write } from '#durable/ports/storage.ts'
import { Table } from '#durable/rows.ts'
import { type Outcome, ok } from '#protocol/errors.ts'
import { ActorObject } from '#workers/cloudflare/actor-object.ts'

const noteTable = new Table('notes', z.string())

/** An actor that does what a test asks of it. */
class Probe extends Actor<Host, 'ring'> {
  #notes: string[] = []
  #failing = false
  readonly #rung = Promise.withResolvers<void>()

  override async load(): Promise<void> {
    await super.load()
    this.#notes = (await noteTable.all(this.host.storage)).map(([, note]) => note)
  }

  async note(text: string): Promise<Outcome<null>> {
    await this.commit([this.#add(text)])
    return ok(null)
  }

  async notes(): Promise<Outcome<readonly string[]>> {
    await this.durable()
    return ok(this.#notes)
  }

  /** Asks another probe to note so many numbers, without waiting in between. */
  async tell(other: string, count: number): Promise<Outcome<unknown>> {
    const told = Array.from({ length: count }, (_, i) => this.#peer(other).note(String(i)))
    return ok(await Promise.all(told))
  }

  /** What another probe answers when it is asked to fail. */
  async ask(other: string, method: 'fail' | 'failCommit'): Promise<Outcome<unknown>> {
    return ok(await this.#peer(other)[method]())
  }

  async fail(): Promise<never> {
    throw new Error('a probe fails as it was asked to')
  }

  /** The first of two commits of one turn fails. */
  async failCommit(): Promise<Outcome<null>> {
    const tooMuch = { table: 'notes', key: '0', value: new Uint8Array(MAX_COMMIT_BYTES + 1) }
    await Promise.all([this.commit([this.#add('lost'), tooMuch]), this.commit([this.#add('lost too')])])
    return ok(null)
  }

  /** Plans to note `rung` at a time (ms); where it is failing, it throws instead. */
  async plan(at: number, failing: boolean): Promise<Outcome<null>> {
    this.#failing = failing
    await this.commit([this.agenda.plan('ring', at)])
    return ok(null)
  }

  /** When the plan has been carried out, or has failed. */
  async rung(): Promise<Outcome<null>> {
    await this.#rung.promise
    return ok(null)
  }

  protected override async perform(): Promise<void> {
    this.#rung.resolve()
    if (this.#failing) throw new Error('a probe fails as it was asked to')
    await this.commit([this.#add('rung'), ...this.agenda.clear('ring')])
  }

  #peer(id: string): Probe {
    return this.host.peers.user(id as never) as unknown as Probe
  }

  #add(text: string): Write {
    this.#notes.push(text)
    return noteTable.put(String(this.#notes.length).padStart(6, '0'), text)
  }
}

type Env = { readonly USER: DurableObjectNamespace<ProbeObject> }

export class ProbeObject extends ActorObject<Probe> {
  protected readonly kind = 'USER'

  protected make(id: string, host: Host) {
    return new Probe(id, host)
  }

  alarmAt(): Promise<number | null> {
    return this.ctx.storage.getAlarm()
  }

  ringNow(): Promise<void> {
    return this.alarm()
  }
}

/** POST /{actor}/{method} with a list of arguments calls a probe; GET /{actor} tells its alarm, PUT rings it now. */
const worker: ExportedHandler<Env> = {
  async fetch(request, env) {
    const [, actor = '', method = ''] = new URL(request.url).pathname.split('/')
    const probe = env.USER.getByName(actor)
    if (request.method === 'PUT') await probe.ringNow()
    if (request.method !== 'POST') return Response.json(await probe.alarmAt())
    return Response.json(await probe.call(method, await request.json()))
  },
}

// biome-ignore lint/style/noDefaultExport: workerd takes the handlers of a Worker from it
export default worker
