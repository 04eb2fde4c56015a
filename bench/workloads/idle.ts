import { rssKib } from '../measure/usage.ts'
import type { RawSocket } from '../sockets/raw-socket.ts'
import { STORING_NOTHING, type Workload } from './workload.ts'

/** Connected first, so that the code they need is not counted with the others. */
const WARM_UP = 50
const AT_ONCE = 50
const LOOK_EVERY_MS = 250
/** Memory has settled when it has moved by less than this, over so many looks. */
const STILL_KIB = 512
const STILL_LOOKS = 12
const AT_MOST_LOOKS = 120

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
      const before = await settledKib(server.pid, isTiny)
      await connectMany(connect, connections)
      const after = await settledKib(server.pid, isTiny)
      return [{ params, figures: { rss_kib_per_connection: (after - before) / connections } }]
    }
  },
}

async function connectMany(connect: () => Promise<RawSocket>, count: number): Promise<void> {
  for (let left = count; left > 0; left -= AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, left) }, () => connect()))
  }
}

/** Memory when it has stopped moving: what is garbage is mostly gone by then. */
function settledKib(pid: number | undefined, isTiny: boolean): Promise<number> {
  if (pid === undefined) return Promise.resolve(Number.NaN)
  const looks: number[] = []
  const wanted = isTiny ? 1 : STILL_LOOKS
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      looks.push(rssKib(pid))
      const last = looks.slice(-wanted)
      const isStill = last.length === wanted && Math.max(...last) - Math.min(...last) < STILL_KIB
      if (!isStill && looks.length < AT_MOST_LOOKS) return
      clearInterval(timer)
      resolve(looks.at(-1) ?? Number.NaN)
    }, LOOK_EVERY_MS)
  })
}
