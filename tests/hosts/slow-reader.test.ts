import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeId, type RoomId } from '#protocol/ids.ts'
import { MAX_TEXT_BYTES } from '#protocol/limits.ts'
import { count } from '../support/counts.ts'
import { DrippingReader } from '../support/dripping-reader.ts'
import type { HostProcess } from '../support/host-process.ts'
import { type HostName, startHost } from '../support/hosts.ts'
import { isText, readTimeline } from '../support/load.ts'
import { memoryOf } from '../support/memory-of.ts'
import { inviteRaw, openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { unbounded } from '../support/unbounded.ts'

const MIB = 2 ** 20
const DUE_MIB = count(32, 64)
const MOST_MIB_EACH = 2
/** Many, so that what a heap grows by for its own reasons counts little for each. */
const READERS = 16
/** Which stop in the middle of catching up with many rooms, each of which has about 30,000 bytes to tell. */
const CATCHING_UP = 8
const ROOMS_TO_CATCH_UP = 64
const NEWEST = ['x'.repeat(10_000), 'x'.repeat(10_000), 'x'.repeat(10_000)]
/** Which do read, one byte a second. */
const DRIPPING = 8
/** Brings a heap to the size it has under such a load without them. */
const BEFORE_MIB = 64
/** Memory is looked at after each such part; of the last looks the least counts, which has least garbage in it. */
const PART_MIB = 8
const LOOKS = 3
const TEXT = 'x'.repeat(MAX_TEXT_BYTES)
const PER_FRAME = 3
const FRAMES_UNDER_WAY = 8

test.for<HostName>(['node-host', 'standalone workerd'])(
  `G3: readers that stop reading, stop catching up, or read a byte a second, while ${DUE_MIB} MiB are due to each cost %s at most ${MOST_MIB_EACH} MiB each; the others are served`,
  { timeout: count(60_000, 600_000) },
  async (name, { annotate }) => {
    const host = await startHost(name, unbounded(name))
    try {
      const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
      const sender = await RawClient.enter(host.socketUrl, token)
      const late = await registerRaw(host.socketUrl, await inviteRaw(host.socketUrl, { token }, 1), 'late')
      const room = await openGroupRaw(sender, [late.user])
      await manyRooms(host, late.token)
      const witness = (await follow(host, token)).acknowledges()
      await post(sender, room, witness, BEFORE_MIB)
      const before = await memoryOf(host)

      const readers = await Promise.all(Array.from({ length: READERS }, () => follow(host, token)))
      const dripping = await Promise.all(
        Array.from({ length: DRIPPING }, () => DrippingReader.follow(host.socketUrl, token)),
      )
      const catching = await Promise.all(Array.from({ length: CATCHING_UP }, () => stopCatchingUp(host, late.token)))
      for (const reader of readers) reader.stopReading()
      for (const reader of dripping) reader.slowDown()
      const looks: number[] = []
      for (let sent = 0; sent < DUE_MIB; sent += PART_MIB) {
        await post(sender, room, witness, PART_MIB)
        looks.push(await memoryOf(host))
      }
      const each = (Math.min(...looks.slice(-LOOKS)) - before) / (READERS + CATCHING_UP + DRIPPING)
      await annotate(`${each.toFixed(2)} MiB each, ${before.toFixed(0)} MiB before`)
      expect(each).toBeLessThanOrEqual(MOST_MIB_EACH)

      const told = [
        ...readers.map((reader) => reader.hears('lagging')),
        ...dripping.map((reader) => reader.hears('"type":"lagging"')),
      ]
      const caughtUp = catching.map((reader) => reader.hears('heads', ({ last }) => last !== undefined))
      for (const reader of [...readers, ...catching, ...dripping]) reader.readOn()
      for (const reader of catching) reader.acknowledges()
      await Promise.all(told)
      for (const { last } of await Promise.all(caughtUp)) expect(last).toBe('complete')
      const [reader] = readers
      if (reader) await expectEverythingOnce(reader, room)
    } finally {
      await host.dispose()
    }
  },
)

async function follow({ socketUrl }: HostProcess, token: string): Promise<RawClient> {
  const client = await RawClient.enter(socketUrl, token)
  client.say({ type: 'sync', id: 1, rooms: [] })
  await client.hears('heads', ({ last }) => last !== undefined)
  return client
}

/** Of a member of the room who has many others of his own. */
async function manyRooms({ socketUrl }: HostProcess, token: string): Promise<void> {
  const client = await RawClient.enter(socketUrl, token)
  for (let i = 0; i < ROOMS_TO_CATCH_UP; i++) {
    const room = await openGroupRaw(client)
    const producer = makeId('producer', randomBytes(16))
    NEWEST.forEach((text, at) => client.say({ type: 'send', room, producer, n: at + 1, text }))
    await client.hears('stored', ({ n }) => n === NEWEST.length)
  }
  client.close()
}

async function stopCatchingUp({ socketUrl }: HostProcess, token: string): Promise<RawClient> {
  const client = await RawClient.enter(socketUrl, token)
  client.say({ type: 'sync', id: 1, rooms: [] })
  await client.hears('ready')
  client.stopReading()
  return client
}

/**
 * Sends so many MiB of text, as fast as the witness hears of it: it is never behind by more than is under way, which is
 * less than its credit. Resolves when the witness has heard all of it.
 */
async function post(sender: RawClient, room: RoomId, witness: RawClient, mib: number): Promise<void> {
  const total = Math.ceil((mib * MIB) / MAX_TEXT_BYTES / PER_FRAME) * PER_FRAME
  const producer = makeId('producer', randomBytes(16))
  let next = 1
  const sendFrame = () => {
    if (next > total) return
    const texts = Array.from({ length: PER_FRAME }, () => ({ type: 'send', room, producer, n: next++, text: TEXT }))
    sender.sendFrame(JSON.stringify(texts))
  }
  await new Promise<void>((resolve, reject) => {
    sender.onEvent = (event) => {
      if (event.type === 'refused') reject(new Error(`refused: ${event.refusal.reason}`))
    }
    witness.onEvent = (event) => {
      if (event.type === 'lagging') reject(new Error('the witness is not served'))
      if (event.type !== 'delivery') return
      for (const record of event.records) {
        if (record.kind !== 'text' || record.producer !== producer) continue
        if (record.n === total) resolve()
        else if (record.n % PER_FRAME === 0) sendFrame()
      }
    }
    for (let i = 0; i < FRAMES_UNDER_WAY; i++) sendFrame()
  })
  // What was heard is not what is measured here.
  witness.heard.length = 0
}

/** A reader who was left behind catches up: with what it was told before it misses nothing, and has nothing twice. */
async function expectEverythingOnce(reader: RawClient, room: RoomId): Promise<void> {
  const told = reader.heard.flatMap((event) => (event.type === 'delivery' ? event.records : []))
  const last = told.at(-1)?.seq ?? raise('nothing was told before it lagged')
  const synced = reader.hears('heads', ({ heads }) => heads.length > 0)
  reader.acknowledges().say({ type: 'sync', id: 2, rooms: [[room, last]] })
  const [head] = (await synced).heads
  const all = [...told, ...(await readTimeline(reader, room, last))].filter(isText)
  expect(all.at(-1)?.seq).toBe(head?.seq)
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, i) => (all[0]?.seq ?? 0) + i))
  expect(all.every(({ text }) => text === TEXT)).toBe(true)
}

function raise(message: string): never {
  throw new Error(message)
}
