import { setTimeout as wait } from 'node:timers/promises'
import { rssKib } from '../measure/usage.ts'
import type { RawSocket } from '../sockets/raw-socket.ts'
import { STORING_NOTHING, type Workload } from './workload.ts'

/** Connected first, so that the code they need is not counted with the others. */
const WARM_UP = 50
const AT_ONCE = 50
/** Servers give memory back some time after the last word: what is told is what a quiet server goes on holding. */
const SILENCE_MS = 30_000

/** Clients that are logged in, each with an account of its own, and say nothing: what each keeps in memory. */
export const idle: Workload<{ connections: number }> = {
  name: 'idle',
  servers: STORING_NOTHING,
  cases: (isTiny) => (isTiny ? [40] : [2_000, 5_000]).map((connections) => ({ connections })),

  startsAfresh: true,

  async prepare(server, params, { isTiny }) {
    const { connections } = params
    const warmUp = isTiny ? 1 : WARM_UP
    const connect = await server.expect(warmUp + connections)
    await connectMany(connect, warmUp)
    return async () => {
      const before = await quietKib(server.pid, isTiny)
      await connectMany(connect, connections)
      const after = await quietKib(server.pid, isTiny)
      return [{ params, figures: { rss_kib_per_connection: (after - before) / connections } }]
    }
  },
}

async function connectMany(connect: () => Promise<RawSocket>, count: number): Promise<void> {
  for (let left = count; left > 0; left -= AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, left) }, () => connect()))
  }
}

async function quietKib(pid: number | undefined, isTiny: boolean): Promise<number> {
  if (pid === undefined) return Number.NaN
  await wait(isTiny ? 250 : SILENCE_MS)
  return rssKib(pid)
}
