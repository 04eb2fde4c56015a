import { expect, test } from 'vitest'
import type { RoomView } from '#client/index.ts'
import type { ProducerId, RoomId, UserId } from '#protocol/ids.ts'
import type { TextRecord } from '#protocol/record.ts'
import { AttentionStore } from './attention-store.ts'
import { ConversationStore, type ConversationSurroundings } from './conversation-store.ts'

const ROOM = 'd_room' as RoomId
const [ME, OTHER] = ['u_me' as UserId, 'u_other' as UserId]

function record(seq: number): TextRecord {
  return { v: 1, seq, ord: seq, at: 0, by: OTHER, kind: 'text', producer: 'p' as ProducerId, n: seq, text: `${seq}` }
}

/** Records 51 to 100 are loaded, two messages wait; everything up to `read` is read. */
function conversation({ read = 100 } = {}): ConversationStore {
  const records = Array.from({ length: 50 }, (_, i) => record(51 + i))
  const outgoing = [1, 2].map((n) => ({ room: ROOM, producer: 'q' as ProducerId, n, text: 'waits', composedAt: 0 }))
  const room = {
    id: ROOM,
    head: 100,
    read,
    unread: 100 - read,
    records,
    outgoing,
    complete: false,
  } as unknown as RoomView
  return new ConversationStore(ROOM, {
    client: { markRead: () => {} } as unknown as ConversationSurroundings['client'],
    rooms: { get: () => room } as unknown as ConversationSurroundings['rooms'],
    session: { me: { user: ME } } as ConversationSurroundings['session'],
    server: { fileBytes: 0 },
    attention: new AttentionStore(),
  })
}

test('the newest row is out of sight only where a row above it is the last that is seen', () => {
  const opened = conversation()
  opened.watch()
  opened.setAtBottom(false)
  opened.show(80, 101)
  expect(opened.isAbove).toBe(true)
  opened.show(81, 102)
  expect(opened.isAbove).toBe(false)
  opened.show(60, 70)
  opened.setAtBottom(true)
  expect(opened.isAbove).toBe(false)
})

test('a conversation with unread messages is not at its end when it opens, so that nothing carries it there', () => {
  for (const [read, atBottom] of [
    [100, true],
    [60, false],
  ] as const) {
    const opened = conversation({ read })
    expect(opened.atBottom).toBe(false)
    opened.watch()
    expect(opened.atBottom).toBe(atBottom)
  }
})

test('older messages are wanted when the first that are loaded come into sight', () => {
  const opened = conversation()
  opened.watch()
  expect(opened.isNearStart).toBe(false)
  opened.show(90, 102)
  expect(opened.isNearStart).toBe(false)
  opened.show(53, 70)
  expect(opened.isNearStart).toBe(true)
})
