import { Chatter } from '../measure/chatter.ts'
import { percentile } from '../measure/statistics.ts'
import { Stopwatch } from '../measure/stopwatch.ts'
import { perDelivery } from './per-delivery.ts'
import { ALL_SERVERS, type Workload } from './workload.ts'

/** A thread compiles what it runs, each for itself: with two that takes some 50,000 messages. */
const WARM_UP_S = 12

/** Many small rooms in which everybody posts: nothing to fan out, much to commit. */
export const rooms: Workload<{ rooms: number; members: number; outstanding: number }> = {
  name: 'rooms',
  servers: ALL_SERVERS,
  cases: (isTiny) => [isTiny ? { rooms: 3, members: 2, outstanding: 1 } : { rooms: 200, members: 5, outstanding: 1 }],

  async prepare(server, params, { seconds, isTiny }) {
    const gathered = await server.gather(params.rooms, params.members)
    const chatter = new Chatter(server, gathered)
    await chatter.talk(isTiny ? seconds : WARM_UP_S)
    return async () => {
      chatter.latenciesMs = []
      const watch = new Stopwatch(server.pid)
      const messages = await chatter.talk(seconds)
      const figures = perDelivery(watch.lap(), messages, params.members)
      const { latenciesMs } = chatter
      const latency = { p50_ms: percentile(latenciesMs, 50), p99_ms: percentile(latenciesMs, 99) }
      return [{ params, figures: { ...figures, ...latency } }]
    }
  },
}
