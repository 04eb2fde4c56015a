import type { Store } from '#client/ports/store.ts'
import { MemoryDisk } from '../support/memory-storage.ts'
import { Device } from './device.ts'
import { Machine } from './machine.ts'
import { SeededRandom } from './seeded-random.ts'
import { VirtualClock } from './virtual-clock.ts'
import { Witness } from './witness.ts'

const SLOWEST_SYNC_MS = 6
const FAILED_COMMITS = 0.01
const LOST_CALLS = 0.01

/** Switches that break one rule each, outside the product's code: the invariants must notice. */
export type Variant = {
  readonly acknowledgesEarly?: boolean
  readonly keepsFailedInstances?: boolean
  /** How a device's cache is written. */
  readonly cacheOf?: (store: Store, clock: VirtualClock) => Store
}

/** Everything that one seed makes: a disk, a host on it, devices, and time. */
export class World {
  readonly clock = new VirtualClock()
  readonly random: SeededRandom
  readonly disk: MemoryDisk
  readonly machine: Machine
  readonly witness = new Witness()
  readonly devices: Device[] = []
  readonly cacheOf: (store: Store) => Store

  constructor(
    seed: number,
    { acknowledgesEarly = false, keepsFailedInstances = false, cacheOf = (store) => store }: Variant = {},
  ) {
    this.random = new SeededRandom(seed)
    this.cacheOf = (store) => cacheOf(store, this.clock)
    this.disk = new MemoryDisk({
      acknowledgesEarly,
      sync: async () => {
        await this.clock.sleep(this.random.int(0, SLOWEST_SYNC_MS))
        if (this.machine.isFaulty && this.random.chance(FAILED_COMMITS)) throw new Error('the disk failed')
      },
    })
    this.machine = new Machine(this.clock, this.random, this.disk, { lostCalls: LOST_CALLS, keepsFailedInstances })
  }

  addDevice(name: string): Device {
    const device = new Device(this, name)
    this.devices.push(device)
    return device
  }

  /** Lets time pass until the promise settles; for what the scenario itself waits for. */
  async until<T>(promise: Promise<T>, atMostMs = 60_000): Promise<T> {
    let settled = false
    const watched = promise.finally(() => {
      settled = true
    })
    watched.catch(() => {})
    for (let passed = 0; !settled && passed < atMostMs; passed += 50) await this.clock.advance(50)
    if (!settled) throw new Error('the simulation waited in vain')
    return watched
  }
}
