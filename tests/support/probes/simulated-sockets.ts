import type { ClientEnd, SocketsHost } from '#tests/contracts/sockets.ts'
import { SmallWorld } from '../small-world.ts'
import { SocketProbe } from '../workerd/socket-probe.ts'
import { probeClasses } from './classes.ts'

const STEP_MS = 5
const classes = { ...probeClasses, gateway: SocketProbe } as unknown as typeof probeClasses

/** A gateway that is a probe, on the sockets of the simulation. */
export async function socketsInSimulation(): Promise<SocketsHost> {
  const world = await SmallWorld.start({ classes })
  return {
    connect: () => connect(world),
    async forget() {
      if (!world.machine.hibernate()) throw new Error('the gateway is not quiet')
    },
    close: async () => {},
  }
}

async function connect(world: SmallWorld): Promise<ClientEnd> {
  const socket = await world.socket()
  let asked = 0
  return {
    async send(text) {
      await socket.frame(text)
      await world.pass(1)
    },
    async next() {
      while (socket.frames.length === asked) await world.pass(STEP_MS)
      return socket.frames[asked++] ?? ''
    },
    left: () => socket.frames.slice(asked),
    async closed() {
      while (socket.closedWith === undefined) await world.pass(STEP_MS)
      return [socket.closedWith, socket.closedBecause]
    },
    close: () => socket.drop(),
  }
}
