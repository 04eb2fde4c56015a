import { observable, runInAction } from 'mobx'
import { expect, test } from 'vitest'
import type { Connection, PresenceView, RoomView } from '#client/index.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import { AttentionStore } from './attention-store.ts'
import { ClockStore } from './clock-store.ts'
import { PresenceStore } from './presence-store.ts'

const MINUTE_MS = 60_000
const ROOM = 'd_room' as RoomId
const BOB = 'u_bob' as UserId

/** A page at which somebody looks, and a server of which each answer is counted. */
class Page {
  readonly attention = new AttentionStore()
  readonly clock = new ClockStore(0)
  readonly session = observable<{ connection: Connection }>({ connection: { status: 'live' } })
  readonly marks = observable.map<UserId, number>()
  answer: PresenceView = { online: true }
  asked = 0
  readonly presence: PresenceStore

  constructor() {
    const presence = async () => {
      this.asked++
      return this.answer
    }
    const rooms = { get: () => ({ marks: this.marks }) as unknown as RoomView }
    this.presence = new PresenceStore(ROOM, BOB, { ...this, rooms, client: { presence } })
    this.attention.set(true)
  }

  minutes(count: number): void {
    for (let i = 0; i < count; i++) this.clock.tick(this.clock.now + MINUTE_MS)
  }

  shows(where: PresenceView | undefined): Promise<void> {
    return expect.poll(() => this.presence.where).toEqual(where)
  }
}

test('is asked each minute in which somebody looks, and in no other', async () => {
  const page = new Page()
  const stop = page.presence.watch()
  await page.shows({ online: true })
  page.minutes(3)
  expect(page.asked).toBe(4)
  page.attention.set(false)
  page.minutes(10)
  expect(page.asked).toBe(4)
  stop()
})

test('what was heard is dropped after a while in which nobody looks, and asked anew at once when somebody does', async () => {
  const page = new Page()
  const stop = page.presence.watch()
  await page.shows({ online: true })
  page.attention.set(false)
  page.minutes(1)
  await page.shows({ online: true })
  page.minutes(1)
  await page.shows(undefined)
  page.answer = { online: false, seenAt: 1 }
  page.attention.set(true)
  await page.shows({ online: false, seenAt: 1 })
  expect(page.asked).toBe(2)
  stop()
})

test('who reads or writes is asked about at once, unless known to be there', async () => {
  const page = new Page()
  page.answer = { online: false }
  const stop = page.presence.watch()
  await page.shows({ online: false })
  page.answer = { online: true }
  runInAction(() => page.marks.set(BOB, 2))
  await page.shows({ online: true })
  runInAction(() => page.marks.set(BOB, 3))
  expect(page.asked).toBe(2)
  stop()
})

test('nothing is known where the server cannot be reached', async () => {
  const page = new Page()
  const stop = page.presence.watch()
  await page.shows({ online: true })
  runInAction(() => {
    page.session.connection = { status: 'waiting' }
  })
  await page.shows(undefined)
  stop()
})
