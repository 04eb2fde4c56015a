import { percentile } from '../measure/statistics.ts'
import { Stopwatch } from '../measure/stopwatch.ts'
import type { RawSocket } from '../sockets/raw-socket.ts'
import { STORING_NOTHING, type Workload } from './workload.ts'

const MESSAGES_PER_ROOM = 20
const AT_ONCE = 4
const WARM_UP_S = 1

type Params = { readonly rooms: number; readonly holds: 'nothing' | 'everything' }

/** From opening a socket with a token until the client is caught up, for a new device and for one that comes back. */
export const connect: Workload<Params> = {
  name: 'connect',
  servers: STORING_NOTHING,
  cases: (isTiny) =>
    (isTiny ? [2] : [5, 500]).flatMap((rooms) => [
      { rooms, holds: 'nothing' as const },
      { rooms, holds: 'everything' as const },
    ]),

  async prepare(server, params, { seconds, isTiny }) {
    const enter = await server.visitor({ ...params, messagesPerRoom: MESSAGES_PER_ROOM })
    await logIns(enter, isTiny ? seconds : WARM_UP_S)
    return async () => {
      const watch = new Stopwatch(server.pid)
      const timesMs = await logIns(enter, seconds)
      const lap = watch.lap()
      const figures = {
        p50_ms: percentile(timesMs, 50),
        p99_ms: percentile(timesMs, 99),
        log_ins_per_s: timesMs.length / lap.seconds,
        cpu_us_per_log_in: lap.cpuMicros / timesMs.length,
        generator_busy: lap.generatorBusy,
        strangers_busy: lap.strangersBusy,
      }
      return [{ params, figures }]
    }
  },
}

/** A few at a time come and go for so long; how long each took to be caught up. */
async function logIns(enter: () => Promise<RawSocket>, seconds: number): Promise<number[]> {
  const end = performance.now() + seconds * 1000
  const timesMs: number[] = []
  const comeAndGo = async () => {
    do {
      const start = performance.now()
      const socket = await enter()
      timesMs.push(performance.now() - start)
      socket.end()
    } while (performance.now() < end)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, comeAndGo))
  return timesMs
}
