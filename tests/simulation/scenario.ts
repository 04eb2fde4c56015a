import { setImmediate } from 'node:timers/promises'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import { act } from './actions.ts'
import { type Counts, sum } from './coverage.ts'
import { awaitTidiness, checkFiles } from './files-in-the-end.ts'
import { breakSomething } from './mishaps.ts'
import { disagreement } from './model/agreement.ts'
import { Violation } from './model/violation.ts'
import type { Device } from './people/device.ts'
import type { Variant } from './variants.ts'
import { World } from './world.ts'

const ACTIONS = 200
const FAULTS = 5
const FAULTY_STEPS = 0.12
const LONGEST_STEP_MS = 160
/** In one of so many a day passes in the end. */
const SEEDS_PER_DAY = 4

/** I13: from the last lost connection being noticed, and from the end of the faults that nobody need notice. */
const AGREE_WITHIN_MS = 10_000
const NOTICED_WITHIN_MS = 70_000
const LOOK_EVERY_MS = 250

/** People talk in groups and in pairs while everything fails that may. Throws a Violation. */
export async function runScenario(seed: number, variant: Variant = {}): Promise<Counts> {
  // A host of tests, or whoever asked for the seeds, gets a word in between two of them.
  await setImmediate()
  const world = new World(seed, variant)
  await settleIn(world)
  const { coverage, chance, random, clock, verdict } = world
  chance.isFaulty = true
  while (sum(coverage.actions) < ACTIONS || sum(coverage.faults) < FAULTS) {
    if (random.chance(FAULTY_STEPS)) breakSomething(world)
    else act(world)
    await clock.advance(random.int(0, LONGEST_STEP_MS))
    verdict.check()
  }
  chance.isFaulty = false
  await agree(world)
  checkSafeMessages(world)
  await checkFiles(world)
  if (seed % SEEDS_PER_DAY === 0) await awaitTidiness(world)
  return coverage
}

async function settleIn(world: World): Promise<void> {
  const { machine } = world
  await machine.start()
  const [one, two, three] = ['one', 'two', 'three', 'four'].map((name) => world.addDevice(name, name)) as Device[]
  if (!one || !two || !three) throw new Error('nobody came')
  for (const device of world.devices) await world.until(device.start())
  await world.until(one.register(await world.until(machine.firstInvitation())))
  world.invitation = (await world.until(one.snug.createInvitation(100))).code
  await world.until(Promise.all([two.register(world.invitation), three.register(world.invitation)]))
  const [second, third] = [two.user, three.user] as UserId[]
  if (!second || !third) throw new Error('somebody is not logged in')
  const group: RoomId = await world.until(one.snug.createGroup('Everybody', [second, third]))
  await world.until(one.snug.openDirect(second))
  two.send(group)
  await world.clock.advance(500)
}

/** Mends everything but connections that nobody knows to be dead, and lets time pass until all agree. */
async function agree(world: World): Promise<void> {
  const { clock, verdict, truth, devices, machine } = world
  for (const device of devices) {
    device.isCut = false
    device.wire.mend()
  }
  machine.strikes.clear()
  world.lostNow()
  loadAll(world)
  const noticed = clock.now() + NOTICED_WITHIN_MS
  let slowAt = 0
  for (;;) {
    await clock.advance(LOOK_EVERY_MS)
    verdict.check()
    const violation = disagreement(truth, devices)
    if (!violation) return
    // An upload of which nothing is heard is given up after half a minute; so long waits one that failed again and again.
    const isSlow = devices.some(({ wire, uploads }) => wire.isHalfOpen || uploads.some(({ refusal }) => !refusal))
    // What comes of it, the message of an upload say, begins its way only then.
    if (isSlow) slowAt = clock.now()
    const end = Math.min(Math.max(slowAt, world.lostAt), noticed) + AGREE_WITHIN_MS
    if (clock.now() > end) throw violation
  }
}

/** An actor that was reset while it told of something tells the rest when it is loaded again (SPEC.md, F3). */
function loadAll({ truth, machine }: World): void {
  const [anybody] = truth.users.keys()
  for (const room of truth.rooms.keys()) if (anybody) void machine.peers.room(room).members(anybody)
  for (const user of truth.users.keys()) void machine.peers.user(user).profile()
}

/**
 * What a client has called safe is in the timeline, if whoever wrote it was in the room all the time. Files that arrived
 * as something else were refused, and wait for a person.
 */
function checkSafeMessages({ truth, devices }: World): void {
  for (const { name, safe, user, uploads } of devices) {
    const refused = uploads.map(({ files }) => files[0]?.name)
    for (const { room, text, at } of safe) {
      const isThere = truth.room(room).records.some((record) => says(record, text)) || refused.includes(text)
      if (!isThere && user && truth.room(room).hasStayed(user, at))
        throw new Violation('outbox', `"${text}" of ${name} was safe and never arrived in ${room}`)
    }
  }
}

function says(record: TimelineRecord, text: string): boolean {
  return record.kind === 'text' && (record.text === text || record.files?.[0]?.name === text)
}
