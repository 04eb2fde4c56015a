import { alarmsContract } from '#tests/contracts/alarms.ts'
import { clockContract } from '#tests/contracts/clock.ts'
import { peersContract } from '#tests/contracts/peers.ts'
import { randomContract } from '#tests/contracts/random.ts'
import { socketsContract } from '#tests/contracts/sockets.ts'
import { probesInSimulation } from '#tests/support/probes/simulated.ts'
import { socketsInSimulation } from '#tests/support/probes/simulated-sockets.ts'

/**
 * The simulated host promises what the real ones do: else what the seeds show would be worth little. Its scrypt only
 * stands for one, and its log is for those who look for faults.
 */
peersContract('simulation', probesInSimulation)
alarmsContract('simulation', probesInSimulation)
clockContract('simulation', probesInSimulation)
randomContract('simulation', probesInSimulation)
socketsContract('simulation', socketsInSimulation, 'sockets')
