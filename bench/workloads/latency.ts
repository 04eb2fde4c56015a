import { Crowd } from '../measure/crowd.ts'
import { percentile } from '../measure/statistics.ts'
import { Stopwatch } from '../measure/stopwatch.ts'
import { perDelivery } from './per-delivery.ts'
import { ALL_SERVERS, type Workload } from './workload.ts'

const WARM_UP_S = 1
/** A rate needs longer than a full load for as many messages. */
const LONGER = 4

/** A busy room, far below what the server can do: how long a message takes to five of its members. */
export const latency: Workload<{ members: number; per_second: number }> = {
  name: 'latency',
  servers: ALL_SERVERS,
  cases: (isTiny) => [{ members: isTiny ? 8 : 200, per_second: 20 }],

  async prepare(server, params, { seconds, isTiny }) {
    const [room = []] = await server.gather(1, params.members)
    const crowd = new Crowd(server, room)
    await crowd.warmUp(isTiny ? seconds : WARM_UP_S)
    return async () => {
      crowd.latenciesMs = []
      const watch = new Stopwatch(server.pid)
      const messages = await crowd.keepRate(params.per_second, seconds * LONGER)
      const figures = perDelivery(watch.lap(), messages, params.members)
      const { latenciesMs } = crowd
      const latency = { p50_ms: percentile(latenciesMs, 50), p99_ms: percentile(latenciesMs, 99) }
      return [{ params, figures: { ...figures, ...latency } }]
    }
  },
}
