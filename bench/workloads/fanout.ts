import { Crowd } from '../measure/crowd.ts'
import { percentile } from '../measure/statistics.ts'
import { Stopwatch } from '../measure/stopwatch.ts'
import { perDelivery } from './per-delivery.ts'
import { ALL_SERVERS, type Workload } from './workload.ts'

const WARM_UP_S = 1

/** One room, one member who posts: what a message costs for each who gets it. */
export const fanout: Workload<{ members: number; outstanding: number }> = {
  name: 'fanout',
  servers: ALL_SERVERS,
  cases: (isTiny) =>
    (isTiny ? [8] : [50, 200]).flatMap((members) => [1, 16].map((outstanding) => ({ members, outstanding }))),

  async prepare(server, params, { seconds, isTiny }) {
    const [room = []] = await server.gather(1, params.members)
    const crowd = new Crowd(server, room)
    await crowd.warmUp(isTiny ? seconds : WARM_UP_S)
    return async () => {
      crowd.latenciesMs = []
      const watch = new Stopwatch(server.pid)
      const messages = await crowd.keepOutstanding(params.outstanding, seconds)
      const figures = perDelivery(watch.lap(), messages, params.members)
      const { latenciesMs } = crowd
      const latency = { p50_ms: percentile(latenciesMs, 50), p99_ms: percentile(latenciesMs, 99) }
      return [{ params, figures: { ...figures, ...latency } }]
    }
  },
}
