import type { Outcome } from '#protocol/errors.ts'
import type { ProbeHost } from '#tests/contracts/probe-host.ts'
import { SmallWorld } from '../small-world.ts'
import { callProbe, probeClasses } from './classes.ts'

/** Probes on the host of the simulation, where time passes only while somebody waits. */
export async function probesInSimulation(): Promise<ProbeHost> {
  const thrown: string[] = []
  const world = await SmallWorld.start({
    classes: probeClasses,
    onThrown: (error) => thrown.push(String(error)),
  })
  return {
    call: (to, method, args): Promise<Outcome<unknown>> => world.until(callProbe(world.peers, to, method, args)),
    now: () => world.clock.now(),
    logged: (text) => thrown.filter((line) => line.includes(text)),
    async restart() {
      world.machine.crash()
      world.clock.leap(300)
      await world.until(world.machine.start())
    },
    close: async () => {},
  }
}
