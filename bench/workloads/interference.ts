import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Crowd } from '../measure/crowd.ts'
import { percentile } from '../measure/statistics.ts'
import { Stopwatch } from '../measure/stopwatch.ts'
import type { Disturbed, Order } from './disturbance-thread.ts'
import { perDelivery } from './per-delivery.ts'
import { type Figures, STORING_NOTHING, type Workload } from './workload.ts'

const PER_SECOND = 20
const WARM_UP_S = 1
/** A rate needs longer than a full load for as many messages. */
const LONGER = 4
const MESSAGES_PER_ROOM = 20
const HISTORY = 1_000

type Params = { readonly members: number; readonly devices: number; readonly rooms: number }

/** What somebody who talks notices of others who catch up and read: the same room first alone, then beside all of them. */
export const interference: Workload<Params> = {
  name: 'interference',
  servers: STORING_NOTHING,
  cases: (isTiny) => [isTiny ? { members: 8, devices: 2, rooms: 2 } : { members: 50, devices: 50, rooms: 500 }],

  async prepare(server, params, { seconds, isTiny }) {
    const [room = []] = await server.gather(1, params.members)
    const crowd = new Crowd(server, room)
    await crowd.warmUp(isTiny ? seconds : WARM_UP_S)
    const talk = async (): Promise<Figures> => {
      crowd.latenciesMs = []
      const watch = new Stopwatch(server.pid)
      const messages = await crowd.keepRate(PER_SECOND, seconds * LONGER)
      const { latenciesMs } = crowd
      const latency = { p50_ms: percentile(latenciesMs, 50), p99_ms: percentile(latenciesMs, 99) }
      return { ...perDelivery(watch.lap(), messages, params.members), ...latency }
    }
    const order = { ...params, address: server.address, messagesPerRoom: MESSAGES_PER_ROOM, history: HISTORY }
    return async () => {
      const others = await Others.come(order)
      const alone = await talk()
      others.begin()
      const beside = await talk()
      const disturbed = await others.end()
      return [
        { params: { ...params, beside: 'nobody' }, figures: alone },
        {
          params: { ...params, beside: 'everybody' },
          figures: { ...beside, ...comparedTo(alone, beside), ...disturbed },
        },
      ]
    }
  },
}

/** Devices that come and catch up, and one that reads, on a thread of their own: what they hear holds up nobody here. */
class Others {
  readonly #thread: Worker

  private constructor(thread: Worker) {
    this.#thread = thread
  }

  static async come(order: Order): Promise<Others> {
    const thread = new Worker(new URL('disturbance-thread.ts', import.meta.url), { workerData: order })
    await once(thread, 'message')
    return new Others(thread)
  }

  begin(): void {
    this.#thread.postMessage('begin')
  }

  async end(): Promise<Disturbed> {
    this.#thread.postMessage('end')
    const [disturbed] = await once(this.#thread, 'message')
    await this.#thread.terminate()
    return disturbed
  }
}

function comparedTo(alone: Figures, beside: Figures): Figures {
  return { p99_to_alone: (beside.p99_ms ?? Number.NaN) / (alone.p99_ms ?? Number.NaN) }
}
