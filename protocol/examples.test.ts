import { describe, expect, test } from 'vitest'
import { everyEvent } from '#tests/support/every-event.ts'
import { decodeDown, decodeUp, encodeDown, encodeUp } from './codec.ts'
import type { Down } from './down.ts'
import { makeId } from './ids.ts'
import { fromUtf8 } from './text.ts'

const bytes = new Uint8Array(16).fill(7)
const user = makeId('user', bytes)
const device = makeId('device', bytes)
const room = makeId('group', bytes)
const file = makeId('file', new Uint8Array(16))
const producer = makeId('producer', bytes)
const token = `${user}.${device}.${'s'.repeat(43)}`
const text = {
  v: 1,
  seq: 2,
  ord: 1,
  at: 1_700_000_000_000,
  by: user,
  kind: 'text',
  producer,
  n: 1,
  text: 'a "b" \n 你好',
} as const
const created = { v: 1, seq: 1, ord: 0, at: 1_700_000_000_000, by: user, kind: 'created', title: 'Plans' } as const

const up = everyEvent({ user, device, room, producer, token, file })

const head = {
  room,
  kind: 'group',
  title: 'Plans',
  members: 2,
  rev: 1,
  floor: 1,
  seq: 2,
  ord: 1,
  read: 1,
  unread: 1,
  others: [[user, 2]] as [typeof user, number][],
  records: [created, text],
} as const

/** One event of each type: one that is missing here does not compile. */
const down: { [Type in Down['type']]: Extract<Down, { type: Type }> } = {
  welcome: { type: 'welcome', version: 1, server: 'Snug', transport: 'loopback', understands: ['hello'], fileMib: 100 },
  session: { type: 'session', re: 1, user, device, handle: 'one', name: 'One', role: 'owner', token },
  ready: { type: 'ready', re: 4, inbox: 7, rooms: [room] },
  heads: {
    type: 'heads',
    heads: [{ ...head, others: [...head.others], records: [...head.records] }],
    last: 'complete',
  },
  delivery: { type: 'delivery', room, from: 1, to: 2, records: [created, text] },
  inbox: {
    type: 'inbox',
    from: 8,
    to: 8,
    entries: [{ v: 1, seq: 8, at: 1_700_000_000_000, room, rev: 1, kind: 'room-added' }],
  },
  stored: { type: 'stored', room, producer, n: 1, seq: 2 },
  refused: { type: 'refused', room, producer, n: 1, refusal: { kind: 'too-frequent', reason: 'x', retryAfterMs: 100 } },
  failed: { type: 'failed', re: 5, refusal: { kind: 'forbidden', reason: 'x' } },
  done: { type: 'done', re: 9 },
  page: { type: 'page', re: 5, room, floor: 1, head: 2, records: [created, text] },
  opened: { type: 'opened', re: 6, room },
  profiles: { type: 'profiles', re: 12, profiles: [{ user, handle: 'one', name: 'One' }] },
  members: { type: 'members', re: 10, room, members: [{ user, role: 'owner', read: 2 }] },
  invitation: { type: 'invitation', re: 13, code: 'i'.repeat(22), expiresAt: 1_700_000_000_000 },
  account: { type: 'account', re: 16, user, token },
  devices: { type: 'devices', re: 14, devices: [{ device, name: 'Phone', createdAt: 1_700_000_000_000 }] },
  settings: { type: 'settings', re: 18, showsPresence: true },
  upload: { type: 'upload', re: 20, file, state: 'kept' },
  puts: { type: 'puts', re: 21, puts: [{ url: '/objects/x?until=1', headers: { 'x-amz-checksum-sha256': 'x' } }] },
  'file-url': { type: 'file-url', re: 24, url: 'https://files.example.org/x', until: 1_700_000_000_000 },
  files: { type: 'files', re: 34, room, more: false, records: [text] },
  received: { type: 'received', room, user, seq: 2 },
  typing: { type: 'typing', room, user },
  presence: { type: 'presence', re: 17, user, online: false, seenAt: 1_700_000_000_000 },
  read: { type: 'read', room, user, seq: 2, ord: 1 },
  lagging: { type: 'lagging' },
  draining: { type: 'draining' },
  pong: { type: 'pong' },
}

describe('what is said arrives as it was said', () => {
  test.each(Object.values(up))('up: $type', (event) => {
    expect(decodeUp(encodeUp([event]))).toEqual({ ok: [event] })
  })

  test.each(Object.values(down))('down: $type', (event) => {
    expect(decodeDown(fromUtf8(encodeDown(event)))).toEqual({ ok: [event] })
  })

  test('several events in one frame', () => {
    const events = Object.values(up)
    expect(decodeUp(encodeUp(events))).toEqual({ ok: events })
  })

  test('a kind of record that is not known yet keeps its place', () => {
    const frame = JSON.stringify({ ...down.delivery, records: [{ ...text, kind: 'poll', question: '?' }] })
    expect(decodeDown(frame)).toMatchObject({ ok: [{ records: [{ seq: 2, ord: 1, kind: 'later' }] }] })
  })

  test('fields that are not known yet are left out', () => {
    expect(decodeUp(JSON.stringify({ ...up.ping, urgent: true }))).toEqual({ ok: [up.ping] })
  })
})
