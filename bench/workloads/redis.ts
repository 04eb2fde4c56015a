import { TEXT } from '../servers/server.ts'
import { fanout } from './fanout.ts'
import { rooms } from './rooms.ts'
import { BY_STORE, type Workload } from './workload.ts'

/** One room on a Redis that syncs, beside bare SETs of messages as long and as many on their way, on the same Redis. */
export const redis: Workload<{ members: number; outstanding: number }> = {
  name: 'redis',
  servers: ['snug-redis'],
  cases: () => [{ members: 2, outstanding: 16 }],

  async prepare(server, params, effort) {
    const { store } = server
    if (!store) throw new Error('only a server on Redis is measured beside it')
    const run = await fanout.prepare(server, params, effort)
    return async () => {
      const results = await run()
      const sets = await store.setsPerSecond(effort.seconds, TEXT.length, params.outstanding)
      return results.map(({ params: measured, figures }) => {
        const beside = { sets_per_s: sets, messages_to_sets: (figures.messages_per_s ?? Number.NaN) / sets }
        return { params: measured, figures: { ...figures, ...beside } }
      })
    }
  },
}

/** `rooms` on the embedded store and on a Redis that syncs. */
export const redisRooms: Workload<{ rooms: number; members: number; outstanding: number }> = {
  ...rooms,
  name: 'redis-rooms',
  servers: BY_STORE,
}
