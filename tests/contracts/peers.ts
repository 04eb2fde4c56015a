import { describe } from 'vitest'
import { testArguments } from './peers/arguments.ts'
import { testFailures } from './peers/failures.ts'
import { testOrder } from './peers/order.ts'
import { Given, type MakeProbeHost } from './probe-host.ts'

/** Registers the whole suite of the Peers port for one host. */
export function peersContract(name: string, makeHost: MakeProbeHost): void {
  describe(`peers: ${name}`, () => {
    const given = new Given(makeHost)
    testArguments(given)
    testOrder(given)
    testFailures(given)
  })
}
