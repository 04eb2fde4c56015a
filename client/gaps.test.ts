import { expect, test } from 'vitest'
import { makeId, type RoomId } from '#protocol/ids.ts'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import { HandLink } from '#tests/support/hand-link.ts'
import { Snug } from './snug.ts'
import { memoryStore } from './stores/memory-store.ts'

const id = new Uint8Array(16).fill(1)
const user = makeId('user', id)
const device = makeId('device', id)
const token = `${user}.${device}.${'s'.repeat(43)}`
const known = makeId('group', id)
const record = (seq: number) => ({
  v: 1,
  seq,
  ord: seq,
  at: 0,
  by: user,
  kind: 'text',
  producer: makeId('producer', id),
  n: seq,
  text: `${seq}`,
})
const headOf = (room: RoomId, seq: number, records: unknown[]) => ({
  room,
  kind: 'group',
  title: 'Plans',
  members: 1,
  rev: 1,
  floor: 1,
  seq,
  ord: seq,
  read: 0,
  unread: 0,
  others: [],
  records,
})

test('C1: a gap is asked for anew after a sync, which may leave what was asked before without an answer', async () => {
  const clock = new VirtualClock()
  const link = new HandLink()
  const random = new SeededRandom(1)
  const snug = new Snug({
    url: 'ws://test/ws',
    store: memoryStore(),
    deviceName: 'test',
    link,
    clock,
    random: (n: number) => random.bytes(n),
  })
  await snug.start()
  link.open()
  await clock.advance(0)
  link.say({ type: 'welcome', version: 1, server: 'x', transport: 'https' } as never)
  await clock.advance(0)
  const logging = snug.logIn({ handle: 'one', password: 'a long password' })
  await clock.advance(0)
  link.say({
    type: 'session',
    re: link.last('log-in').id,
    user,
    device,
    handle: 'one',
    name: 'One',
    role: 'owner',
    token,
  } as never)
  await clock.advance(0)
  link.say({ type: 'ready', re: link.last('sync').id, inbox: 0, rooms: [known] }, {
    type: 'heads',
    heads: [headOf(known, 1, [record(1)])],
    last: 'complete',
  } as never)
  await clock.advance(0)
  await logging
  // A gap: the client asks for 2..3.
  link.say({ type: 'delivery', room: known, from: 4, to: 4, records: [record(4)] } as never)
  await clock.advance(0)
  const asked = () => link.said.filter(({ type }) => type === 'history').length
  // Something else was missed, so it syncs: the server (gateway/requests.ts) forgets the question then.
  link.say({ type: 'inbox', from: 5, to: 5, entries: [] } as never)
  await clock.advance(1_000)
  link.say({ type: 'ready', re: link.last('sync').id, inbox: 5, rooms: [known] }, {
    type: 'heads',
    heads: [headOf(known, 4, [record(2), record(3), record(4)])],
    last: 'complete',
  } as never)
  await clock.advance(1_000)
  // Much later, another gap.
  await clock.advance(10_000)
  link.say({ type: 'delivery', room: known, from: 7, to: 7, records: [record(7)] } as never)
  await clock.advance(30_000)
  expect(asked()).toBe(2)
})
