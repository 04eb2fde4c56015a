import { DurableObject } from 'cloudflare:workers'
import { ActorStorage, type Disk } from '#workers/cloudflare/storage.ts'
import { type Answer, decode, encode, type Request as StorageRequest } from './wire.ts'

type Env = { readonly STORAGE: DurableObjectNamespace }

/** The suite sets alarms long past, which would ring at once and be gone. Here all lie a century later, and wait. */
const LATER_MS = 100 * 365 * 24 * 60 * 60_000

/** Serves an object's storage to a test. Each socket is one handle, and carries its operations in their order. */
export class StorageObject extends DurableObject<Env> {
  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    const handle = new ActorStorage(withLateAlarms(this.ctx.storage))
    server.accept()
    server.addEventListener('message', ({ data }) => {
      const request = decode<StorageRequest>(String(data))
      void this.#answer(handle, request).then((answer) => server.send(encode(answer)))
    })
    return new Response(null, { status: 101, webSocket: client })
  }

  /** workerd lets no object without one set an alarm. */
  override alarm(): void {}

  async #answer(handle: ActorStorage, { id, operation, args }: StorageRequest): Promise<Answer> {
    try {
      if (operation === 'alarm') return { id, result: await this.#alarm() }
      return { id, result: await Reflect.apply(Reflect.get(handle, operation), handle, args) }
    } catch (error) {
      return { id, error: String(error) }
    }
  }

  async #alarm(): Promise<number | null> {
    const at = await this.ctx.storage.getAlarm()
    return at === null ? null : at - LATER_MS
  }
}

function withLateAlarms(storage: DurableObjectStorage): Disk {
  return {
    sql: storage.sql,
    transactionSync: (closure) => storage.transactionSync(closure),
    setAlarm: (at) => storage.setAlarm(Number(at) + LATER_MS),
    deleteAlarm: () => storage.deleteAlarm(),
    sync: () => storage.sync(),
  }
}

const worker: ExportedHandler<Env> = {
  fetch: (request, env) => env.STORAGE.getByName(new URL(request.url).searchParams.get('actor') ?? '').fetch(request),
}

// biome-ignore lint/style/noDefaultExport: workerd takes the handlers of a Worker from it
export default worker
