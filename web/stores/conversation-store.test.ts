import { observable, runInAction } from 'mobx'
import { describe, expect, test } from 'vitest'
import type { RoomView } from '#client/index.ts'
import type { ProducerId, RoomId, UserId } from '#protocol/ids.ts'
import type { TextRecord, TimelineRecord } from '#protocol/record.ts'
import { AttentionStore } from './attention-store.ts'
import { ConversationStore, type ConversationSurroundings } from './conversation-store.ts'

const ROOM = 'd_room' as RoomId
const [ME, OTHER] = ['u_me' as UserId, 'u_other' as UserId]

function record(seq: number): TextRecord {
  return { v: 1, seq, ord: seq, at: 0, by: OTHER, kind: 'text', producer: 'p' as ProducerId, n: seq, text: `${seq}` }
}

type Session = ConversationSurroundings['session']
const session = (status: Session['connection']['status']) => ({
  me: { user: ME },
  connection: { status },
  isArriving: status === 'connecting' || status === 'catching-up',
})

/** Records 51 to 100 are loaded, two messages wait; everything up to `read` is read. */
function conversation({
  read = 100,
  session: around = session('live'),
  attention = new AttentionStore(),
  rooms,
}: Partial<Pick<ConversationSurroundings, 'attention'>> & {
  read?: number
  session?: ReturnType<typeof session>
  rooms?: { get(): RoomView | undefined }
} = {}): ConversationStore {
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
    rooms: (rooms ?? { get: () => room }) as unknown as ConversationSurroundings['rooms'],
    session: around as unknown as Session,
    server: { fileBytes: 0 },
    attention,
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

test('what comes while nobody looks is marked as new, also where a notice comes after it in the same turn', () => {
  const around = observable({ room: undefined as RoomView | undefined }, {}, { deep: false })
  const joined = { v: 1, seq: 3, ord: 2, at: 0, by: OTHER, kind: 'joined', user: OTHER } as TimelineRecord
  const show = (records: TimelineRecord[], unread: number) =>
    runInAction(() => {
      around.room = { id: ROOM, head: records.length, read: 1, unread, records, outgoing: [] } as unknown as RoomView
    })
  show([record(1)], 0)
  const opened = conversation({ rooms: { get: () => around.room } })
  opened.watch()
  show([record(1), record(2), joined], 1)
  expect(opened.unreadFrom).toBe(2)
})

describe('a page that is loaded where a conversation is', () => {
  /** The server is still to say what is new; everything up to 60 was read. */
  function arriving() {
    const around = observable(session('catching-up'), {}, { deep: false })
    const attention = new AttentionStore()
    attention.set(true)
    const opened = conversation({ read: 60, session: around, attention })
    opened.watch()
    // As where nothing was known to be unread: the list has opened at its end.
    runInAction(() => Object.assign(opened, { unreadFrom: undefined, atBottom: true }))
    opened.show(90, 102)
    return { opened, becomeLive: () => runInAction(() => Object.assign(around, session('live'))) }
  }

  test('has seen nothing before the server has said what is new', () => {
    const { opened, becomeLive } = arriving()
    expect(opened.seen).toBe(0)
    becomeLive()
    opened.show(61, 70)
    expect(opened.seen).toBe(70)
  })

  test('opens at the first unread message when it is known', () => {
    const { opened, becomeLive } = arriving()
    const { span } = opened
    becomeLive()
    expect(opened.unreadFrom).toBe(61)
    expect(opened.span).toBe(span + 1)
  })

  test('stays where somebody has scrolled to', () => {
    const { opened, becomeLive } = arriving()
    const { span } = opened
    opened.setAtBottom(false)
    becomeLive()
    expect(opened.unreadFrom).toBe(61)
    expect(opened.span).toBe(span)
  })
})
