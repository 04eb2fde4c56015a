import { alarmsContract } from '#tests/contracts/alarms.ts'
import { peersContract } from '#tests/contracts/peers.ts'
import { probesInSimulation } from '#tests/support/probes/simulated.ts'

/** The simulated host promises what the real ones do: else what the seeds show would be worth little. */
peersContract('simulation', probesInSimulation)
alarmsContract('simulation', probesInSimulation)
