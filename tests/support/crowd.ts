import { randomBytes } from 'node:crypto'
import { makeId, type ProducerId, type RoomId } from '#protocol/ids.ts'
import { MAX_MEMBERS_PER_FRAME } from '#protocol/limits.ts'
import type { HostProcess } from './host-process.ts'
import { Listener } from './listener.ts'
import { openGroupRaw, type RawAccount, registerRaw } from './raw-account.ts'
import { RawClient } from './raw-client.ts'

/** As many as a test does at a time: more would only wait for each other in its own process. */
const AT_ONCE = 100

/** Somebody who writes into a room full of people, whose accounts no password opens: hashing takes longer than all else. */
export class Crowd {
  readonly room: RoomId
  readonly ownerToken: string
  readonly listeners: readonly Listener[]
  readonly #owner: RawClient
  readonly #producer: ProducerId = makeId('producer', randomBytes(16))
  readonly #said: string[] = []

  private constructor(owner: RawClient, ownerToken: string, room: RoomId, listeners: readonly Listener[]) {
    this.#owner = owner
    this.ownerToken = ownerToken
    this.room = room
    this.listeners = listeners
  }

  /** On a host without an owner. Nobody of the crowd is connected yet. */
  static async gather({ socketUrl, invitation = '' }: HostProcess, members: number): Promise<Crowd> {
    const { token } = await registerRaw(socketUrl, invitation, 'owner')
    const owner = (await RawClient.enter(socketUrl, token)).acknowledges().keepsNothing()
    const accounts = await makeAccounts(owner, members)
    const room = await openGroupRaw(owner)
    for (let from = 0; from < members; from += MAX_MEMBERS_PER_FRAME) {
      const users = accounts.slice(from, from + MAX_MEMBERS_PER_FRAME).map(({ user }) => user)
      owner.say({ type: 'invite-members', id: 1, room, users })
      await owner.hears('done')
    }
    return new Crowd(
      owner,
      token,
      room,
      accounts.map((account) => new Listener(socketUrl, account, room)),
    )
  }

  /** Posts texts one after another; answers the place of the last. */
  async post(count: number): Promise<number> {
    let place = 0
    for (let i = 0; i < count; i++) {
      const n = this.#said.length + 1
      const text = `message ${n}`
      this.#said.push(text)
      const stored = this.#owner.hears('stored', (event) => event.n === n)
      this.#owner.say({ type: 'send', room: this.room, producer: this.#producer, n, text })
      place = (await stored).seq ?? 0
    }
    return place
  }

  /** Everybody comes, a few at a time. */
  async come(): Promise<void> {
    await atOnce(AT_ONCE, this.listeners, (listener) => listener.come())
  }

  /** Resolves when everybody holds the room up to a place. */
  async hold(place: number): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.holds(place)))
  }

  get said(): readonly string[] {
    return this.#said
  }
}

async function makeAccounts(owner: RawClient, count: number): Promise<RawAccount[]> {
  const ids = Array.from({ length: count }, (_, id) => id)
  const accounts: RawAccount[] = []
  await atOnce(AT_ONCE, ids, async (id) => {
    const made = owner.hears('account', ({ re }) => re === id)
    const account = { user: makeId('user', randomBytes(16)), device: makeId('device', randomBytes(16)) }
    const names = { handle: `listener-${id}`, name: `Listener ${id}`, deviceName: 'tests' }
    owner.say({ type: 'create-account', id, ...account, ...names })
    accounts.push(await made)
  })
  return accounts
}

async function atOnce<T>(count: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const worker = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: count }, worker))
}
