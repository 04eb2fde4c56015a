import { Crowd } from '../measure/crowd.ts'
import { percentile } from '../measure/statistics.ts'
import { Stopwatch } from '../measure/stopwatch.ts'
import { PAGE_SIZE, type Server } from '../servers/server.ts'
import type { RawSocket } from '../sockets/raw-socket.ts'
import { perDelivery } from './per-delivery.ts'
import { type Figures, STORING_NOTHING, type Workload } from './workload.ts'

const PER_SECOND = 20
const WARM_UP_S = 1
/** A rate needs longer than a full load for as many messages. */
const LONGER = 4
const MESSAGES_PER_ROOM = 20
const HISTORY = 1_000

type Params = { readonly members: number; readonly devices: number; readonly rooms: number }
type Disturbance = (whileRuns: () => boolean) => Promise<void>

/** What somebody who talks notices of others who catch up and read: the same room first alone, then beside all of them. */
export const interference: Workload<Params> = {
  name: 'interference',
  servers: STORING_NOTHING,
  cases: (isTiny) => [isTiny ? { members: 8, devices: 2, rooms: 2 } : { members: 50, devices: 50, rooms: 500 }],

  async prepare(server, params, { seconds, isTiny }) {
    const [room = []] = await server.gather(1, params.members)
    const crowd = new Crowd(server, room)
    const disturb = await disturbance(server, params)
    await crowd.warmUp(isTiny ? seconds : WARM_UP_S)
    const talk = async (): Promise<Figures> => {
      crowd.latenciesMs = []
      const watch = new Stopwatch(server.pid)
      const messages = await crowd.keepRate(PER_SECOND, seconds * LONGER)
      const { latenciesMs } = crowd
      const latency = { p50_ms: percentile(latenciesMs, 50), p99_ms: percentile(latenciesMs, 99) }
      return { ...perDelivery(watch.lap(), messages, params.members), ...latency }
    }
    return async () => {
      const alone = await talk()
      let isTalking = true
      const talking = talk().finally(() => {
        isTalking = false
      })
      const [beside] = await Promise.all([talking, disturb(() => isTalking)])
      return [
        { params: { ...params, beside: 'nobody' }, figures: alone },
        { params: { ...params, beside: 'everybody' }, figures: { ...beside, ...comparedTo(alone, beside) } },
      ]
    }
  },
}

/** Devices that come, catch up on everything and come again, and one that reads history as fast as it is answered. */
async function disturbance(server: Server, { devices, rooms }: Params): Promise<Disturbance> {
  const enter = await server.visitor({ rooms, messagesPerRoom: MESSAGES_PER_ROOM, holds: 'nothing' })
  const page = await server.history(HISTORY)
  return async (whileRuns) => {
    const readers = Array.from({ length: devices }, () => comeAndGo(enter, whileRuns))
    await Promise.all([...readers, readOn(page, whileRuns)])
  }
}

async function comeAndGo(enter: () => Promise<RawSocket>, whileRuns: () => boolean): Promise<void> {
  while (whileRuns()) (await enter()).end()
}

async function readOn(page: (anchor: number) => Promise<void>, whileRuns: () => boolean): Promise<void> {
  while (whileRuns()) await page(PAGE_SIZE + 1 + Math.floor(Math.random() * (HISTORY - PAGE_SIZE)))
}

function comparedTo(alone: Figures, beside: Figures): Figures {
  return { p99_to_alone: (beside.p99_ms ?? Number.NaN) / (alone.p99_ms ?? Number.NaN) }
}
