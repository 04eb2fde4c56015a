import { MISHAPS } from './chance.ts'
import { AWAIT_POINTS } from './host/strikes.ts'
import type { Device } from './people/device.ts'
import type { World } from './world.ts'

const HOST_AWAY_MS = 2_000
const SLOW_NETWORK_MS = 3_000

/** What goes wrong on purpose; `happen` is false when it was not possible just now. */
type Fault = { readonly name: string; readonly weight: number; happen(world: World, device: Device): boolean }

const FAULTS: readonly Fault[] = [
  { name: 'network gone', weight: 8, happen: (_, device) => cut(device, true) },
  { name: 'network back', weight: 14, happen: (_, device) => cut(device, false) },
  { name: 'connection lost', weight: 10, happen: (_, device) => done(() => device.wire.break()) },
  { name: 'half-open: the host hears nothing', weight: 2, happen: (_, { wire }) => wire.deafen('up') },
  { name: 'half-open: the client hears nothing', weight: 2, happen: (_, { wire }) => wire.deafen('down') },
  { name: 'half-open: nobody hears anything', weight: 2, happen: (_, { wire }) => wire.deafen('both') },
  {
    name: 'network slow',
    weight: 5,
    happen: ({ random }, { wire }) => {
      wire.slowestMs = random.int(100, SLOW_NETWORK_MS)
      return true
    },
  },
  { name: 'device restarted', weight: 7, happen: (_, device) => done(() => device.restart()) },
  { name: 'device restarted in the middle of its writes', weight: 7, happen: restartLater },
  {
    name: 'actor evicted',
    weight: 12,
    happen: ({ machine, random }) => {
      const loaded = machine.loaded('room', 'user', 'directory', 'hasher')
      if (loaded.length > 0) machine.evictActor(random.pick(loaded))
      return loaded.length > 0
    },
  },
  {
    name: 'gateway out of memory',
    weight: 16,
    happen: ({ machine, random, gateways }) => machine.hibernate(random.pick(gateways)),
  },
  {
    name: 'gateway died',
    weight: 4,
    happen: ({ machine, random }) => {
      const loaded = machine.loaded('gateway')
      if (loaded.length > 0) machine.evictActor(random.pick(loaded))
      return loaded.length > 0
    },
  },
  { name: 'host killed', weight: 3, happen: (world) => done(() => killHost(world)) },
  ...AWAIT_POINTS.map((point) => ({
    name: `actor evicted: ${point}`,
    weight: 3,
    happen: ({ machine, random, coverage }: World) => {
      machine.strikes.plan(point, random.int(0, 20), (actor) => {
        coverage.fault(`actor evicted: ${point}`)
        machine.evictActor(actor)
      })
      return false
    },
  })),
  ...AWAIT_POINTS.map((point) => ({
    name: `host killed: ${point}`,
    weight: 0.6,
    happen: (world: World) => {
      world.machine.strikes.plan(point, world.random.int(0, 20), () => {
        world.coverage.fault(`host killed: ${point}`)
        killHost(world)
      })
      return false
    },
  })),
]

export const FAULT_NAMES = [...MISHAPS, ...FAULTS.map(({ name }) => name)]

const TOTAL_WEIGHT = FAULTS.reduce((total, { weight }) => total + weight, 0)

/** One thing that goes wrong, or is planned to; counted when it happens. */
export function breakSomething(world: World): void {
  const { random, devices, coverage } = world
  let roll = random.next() * TOTAL_WEIGHT
  for (const { name, weight, happen } of FAULTS) {
    roll -= weight
    if (roll >= 0) continue
    if (happen(world, random.pick(devices))) coverage.fault(name)
    return
  }
}

function done(happen: () => void): true {
  happen()
  return true
}

function cut(device: Device, isCut: boolean): boolean {
  if (device.isCut === isCut) return false
  device.isCut = isCut
  return true
}

function restartLater({ random, coverage }: World, device: Device): boolean {
  device.storage.strikeAfter(random.int(0, 12), () => {
    coverage.fault('device restarted in the middle of its writes')
    device.restart()
  })
  return false
}

function killHost(world: World): void {
  const { machine, clock, random } = world
  if (!machine.isUp) return
  machine.crash()
  clock.after(random.int(50, HOST_AWAY_MS), () => {
    void machine.start()
    world.lostNow()
  })
}
