import type { UserId } from '#protocol/ids.ts'
import { DiskError, MemoryDisk } from '../support/memory-storage.ts'
import { Chance } from './chance.ts'
import { Coverage } from './coverage.ts'
import { Machine } from './machine.ts'
import { Truth } from './model/truth.ts'
import { Verdict } from './model/violation.ts'
import { Device } from './people/device.ts'
import { SeededRandom } from './seeded-random.ts'
import type { Variant } from './variants.ts'
import { VirtualClock } from './virtual-clock.ts'

const SLOWEST_SYNC_MS = 6
const SLOW_SYNC_MS = 1_500
const SLOW_READS = 0.1
/** Of so many worlds one has a store that takes other content than a URL was signed for. */
const ONE_IN = 3

/** Everything that one seed makes: a disk, a host on it, people with devices, time, and who watches over it. */
export class World {
  readonly clock = new VirtualClock()
  readonly coverage = new Coverage()
  readonly verdict = new Verdict()
  readonly truth: Truth
  readonly random: SeededRandom
  readonly chance: Chance
  readonly machine: Machine
  readonly variant: Variant
  readonly gateways = ['g0', 'g1', 'g2'] as const
  readonly devices: Device[] = []
  /** Who has an account, by handle. */
  readonly people = new Map<string, UserId>()
  /** For those who make their account later. */
  invitation = ''
  /** When a connection was last noticed to be gone. */
  #lostAt = 0

  constructor(seed: number, variant: Variant = {}) {
    const { clock, verdict } = this
    this.variant = variant
    this.random = new SeededRandom(seed)
    this.chance = new Chance(this.random, this.coverage)
    this.truth = new Truth(
      verdict,
      () => clock.now(),
      (actor, at) => this.machine.alarmSet(actor, at),
    )
    this.truth.files.objects.refusesOtherContent = seed % ONE_IN !== 1
    const disk = new MemoryDisk(
      {
        sync: () => this.#sync(),
        read: () => this.#read(),
        acknowledgesEarly: variant.acknowledgesEarly ?? false,
        reorders: variant.reordersCommits ?? false,
      },
      this.truth,
    )
    this.machine = new Machine({
      clock,
      random: this.random,
      disk,
      objects: this.truth.files.objects,
      chance: this.chance,
      onThrown: (error) => verdict.thrown(error),
      keepsFailedInstances: variant.keepsFailedInstances ?? false,
      unfenced: variant.unfenced ?? false,
    })
  }

  get lostAt(): number {
    return this.#lostAt
  }

  lostNow(): void {
    this.#lostAt = this.clock.now()
  }

  addDevice(handle: string, name: string): Device {
    const device = new Device(this, handle, name)
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
    this.verdict.check()
    if (!settled) throw new Error('the simulation waited in vain')
    return watched
  }

  async #sync(): Promise<'answer lost' | undefined> {
    const { random, chance, clock } = this
    await clock.sleep(random.int(0, chance.strikes('commit slow') ? SLOW_SYNC_MS : SLOWEST_SYNC_MS))
    if (chance.strikes('commit failed')) throw new DiskError('the disk failed')
    return chance.strikes('commit applied, its answer lost') ? 'answer lost' : undefined
  }

  #read(): Promise<void> | undefined {
    if (this.chance.strikes('read failed')) return Promise.reject(new DiskError('the disk could not read'))
    return this.random.chance(SLOW_READS) ? this.clock.sleep(this.random.int(0, 2)) : undefined
  }
}
