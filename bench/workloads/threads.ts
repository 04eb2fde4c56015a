import { threadMicros } from '../measure/usage.ts'
import { rooms } from './rooms.ts'
import { BY_THREADS, type Workload } from './workload.ts'

/** As the host calls them. */
const THREADS = 'connections '

/** `rooms` on one thread and on two: what it costs that members and their room may be on different ones. */
export const threads: Workload<{ rooms: number; members: number; outstanding: number }> = {
  name: 'threads',
  servers: BY_THREADS,
  cases: rooms.cases,

  async prepare(server, params, effort) {
    const run = await rooms.prepare(server, params, effort)
    if (server.name !== 'snug-2-threads') return run
    return async () => {
      const before = threadMicros(server.pid, THREADS)
      const results = await run()
      const used = [...threadMicros(server.pid, THREADS)].map(([thread, micros]) => micros - (before.get(thread) ?? 0))
      const balance = { cpu_balance: Math.min(...used) / Math.max(...used) }
      return results.map(({ params: measured, figures }) => ({ params: measured, figures: { ...figures, ...balance } }))
    }
  },
}
