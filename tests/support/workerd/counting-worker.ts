import type { ActorObject } from '#workers/cloudflare/actor-object.ts'
import entry, * as objects from '#workers/cloudflare/entry.ts'
import type { Env } from '#workers/cloudflare/env.ts'

/**
 * Snug in workerd, which counts what Cloudflare would charge and limit: rows read and written, requests to objects, how
 * large a statement gets, and the most calls that an object makes after one event that reaches it. workerd itself knows
 * of no limit to these (its NullLimitEnforcer), so the one of Cloudflare is kept here. All objects of a Worker share one
 * isolate, so one tally serves. GET /counts reads it and begins anew.
 */
type Counted = abstract new (ctx: DurableObjectState, env: Env) => ActorObject

const MOST_CALLS = 1_000
const NOTHING = { rowsRead: 0, rowsWritten: 0, mostParameters: 0, mostCalls: 0 }

const requests = new Map<string, number>()
const tally = { ...NOTHING }

function note(request: string): void {
  requests.set(request, (requests.get(request) ?? 0) + 1)
}

function takeCounts() {
  const counts = { ...tally, requests: Object.fromEntries(requests) }
  requests.clear()
  Object.assign(tally, NOTHING)
  return counts
}

/** Only what the adapter uses of it. Setting an alarm is charged as a row. */
function countStorage(storage: DurableObjectStorage): object {
  return over(storage, {
    sql: {
      exec(query: string, ...parameters: SqlStorageValue[]) {
        tally.mostParameters = Math.max(tally.mostParameters, parameters.length)
        const cursor = storage.sql.exec(query, ...parameters)
        tally.rowsWritten += cursor.rowsWritten
        return { raw: () => readAndCount(cursor) }
      },
    },
    setAlarm(at: number) {
      tally.rowsWritten += 1
      return storage.setAlarm(at)
    },
  })
}

function* readAndCount(cursor: SqlStorageCursor<Record<string, SqlStorageValue>>) {
  yield* cursor.raw()
  tally.rowsRead += cursor.rowsRead
}

const KINDS = ['GATEWAY', 'USER', 'ROOM', 'DIRECTORY', 'HASHER'] as const

/** What is bound, with objects whose every call is told beforehand. */
function tellCalls(env: Env, tell: () => void): Env {
  const told = KINDS.map((kind) => {
    const getByName = (name: string) => {
      const stub = env[kind].getByName(name)
      return {
        call(method: string, args: unknown[]) {
          tell()
          return stub.call(method, args)
        },
        nudge() {
          tell()
          return stub.nudge()
        },
      }
    }
    return [kind, { getByName }]
  })
  return { ...env, ...Object.fromEntries(told) }
}

/** An object whose members are those of `own`, else those of the other one. */
function over<Other extends object>(other: Other, own: object): Other {
  return new Proxy(other, {
    get(target, name) {
      const value = Reflect.get(name in own ? own : target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function counted<Class extends Counted>(original: Class): Class {
  abstract class Counting extends (original as Counted) {
    #calls = 0

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env)
      this.ctx = over<typeof this.ctx>(this.ctx, { storage: countStorage(ctx.storage) })
      this.env = tellCalls(env, () => this.#countCall())
    }

    override call(method: string, args: unknown[]) {
      this.#noteEvent(`${original.name} ${method}`)
      return super.call(method, args)
    }

    override alarm(): Promise<void> {
      this.#noteEvent(`${original.name} alarm`)
      return super.alarm()
    }

    override nudge(): Promise<void> {
      this.#noteEvent(`${original.name} nudge`)
      return super.nudge()
    }

    override webSocketMessage(ws: WebSocket, data: string | ArrayBuffer) {
      this.#noteEvent('frames')
      return super.webSocketMessage?.(ws, data)
    }

    #noteEvent(name: string): void {
      note(name)
      this.#calls = 0
    }

    #countCall(): void {
      this.#calls += 1
      tally.mostCalls = Math.max(tally.mostCalls, this.#calls)
      if (this.#calls > MOST_CALLS) throw new Error('Too many subrequests.')
    }
  }
  return Counting as Counted as Class
}

export const GatewayObject = counted(objects.GatewayObject)
export const UserObject = counted(objects.UserObject)
export const RoomObject = counted(objects.RoomObject)
export const DirectoryObject = counted(objects.DirectoryObject)
export const HasherObject = counted(objects.HasherObject)

const worker: ExportedHandler<Env> = {
  fetch(request, env, ctx) {
    if (new URL(request.url).pathname === '/counts') return Response.json(takeCounts())
    return entry.fetch?.(request, env, ctx) ?? new Response(null, { status: 500 })
  },
}

// biome-ignore lint/style/noDefaultExport: workerd takes the handlers of a Worker from it
export default worker
