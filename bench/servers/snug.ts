import type { Down } from '#protocol/down.ts'
import type { RoomId } from '#protocol/ids.ts'
import type { RawSocket } from '../sockets/raw-socket.ts'
import type { RedisProcess } from './redis-process.ts'
import { type Address, type Member, PAGE_SIZE, type Seen, type Server, type Visit } from './server.ts'
import { SnugMember } from './snug-member.ts'
import { type Account, openRoom, type SnugOwner } from './snug-owner.ts'
import { SnugSocket } from './snug-socket.ts'

/** Where Snug runs; one that the bench has started can start anew on its data. */
export type Site = {
  readonly url: string
  readonly pid: number | undefined
  readonly store?: RedisProcess | undefined
  restart?(): Promise<Site>
  stop(): Promise<void>
}

export type SnugName = 'snug' | 'snug-2-threads' | 'snug-redis'

/** Sockets that come at once when many are needed. */
const AT_ONCE = 50

export class Snug implements Server {
  readonly name: SnugName
  readonly messageMark = Buffer.from('"kind":"text"')
  #site: Site
  #owner: SnugOwner

  constructor(site: Site, owner: SnugOwner, name: SnugName = 'snug') {
    this.name = name
    this.#site = site
    this.#owner = owner
  }

  get pid(): number | undefined {
    return this.#site.pid
  }

  get store(): RedisProcess | undefined {
    return this.#site.store
  }

  get address(): Address {
    return { name: this.name, url: this.#site.url, ownerToken: this.#owner.token }
  }

  messagesOf(frame: string): Seen[] {
    const said: Down | Down[] = JSON.parse(frame)
    const events = Array.isArray(said) ? said : [said]
    return events.flatMap((event) => (event.type === 'delivery' ? seenIn(event) : []))
  }

  async gather(rooms: number, members: number): Promise<Member[][]> {
    const accounts = await this.#owner.makeAccounts(rooms * members)
    const gathered: Member[][] = []
    for (let r = 0; r < rooms; r++) gathered.push(await this.#gatherOne(accounts.splice(0, members)))
    return gathered
  }

  async expect(clients: number): Promise<() => Promise<RawSocket>> {
    const accounts = await this.#owner.makeAccounts(clients)
    if (this.#site.restart) {
      this.#owner.leave()
      this.#site = await this.#site.restart()
      this.#owner = await this.#owner.follow(this.#site.url)
    }
    return async () => {
      const account = accounts.pop()
      if (!account) throw new Error('more clients came than were expected')
      return (await SnugSocket.visit(this.#site.url, account.token, [])).fallSilent()
    }
  }

  async visitor({ rooms, messagesPerRoom, holds }: Visit): Promise<() => Promise<RawSocket>> {
    const [account] = await this.#owner.makeAccounts(1)
    if (!account) throw new Error('no account was made')
    const ids: RoomId[] = []
    for (let r = 0; r < rooms; r++) ids.push(await this.#owner.openRoom([account]))
    await this.#owner.fill(ids, messagesPerRoom)
    // The record of the opening comes before the messages.
    const held = ids.map((room): [RoomId, number] => [room, messagesPerRoom + 1])
    const { url } = this.#site
    return async () => (await SnugSocket.visit(url, account.token, holds === 'everything' ? held : [])).fallSilent()
  }

  async history(messages: number): Promise<(anchor: number) => Promise<void>> {
    const [account] = await this.#owner.makeAccounts(1)
    if (!account) throw new Error('no account was made')
    const room = await this.#owner.openRoom([account])
    await this.#owner.fill([room], messages)
    const socket = await SnugSocket.enter(this.#site.url, account.token)
    return async (anchor) => {
      const asking = { type: 'history', room, direction: 'older', anchor, limit: PAGE_SIZE } as const
      const { records } = await socket.ask(asking, 'page')
      if (records.length !== PAGE_SIZE) throw new Error(`a page of ${records.length} records`)
    }
  }

  async stop(): Promise<void> {
    await this.#site.stop()
  }

  async #gatherOne(accounts: readonly Account[]): Promise<Member[]> {
    const { url } = this.#site
    const [creator, ...others] = accounts
    if (!creator) return []
    const opener = await SnugSocket.enter(url, creator.token)
    const room = await openRoom(opener, others)
    opener.raw.end()
    const members: Member[] = []
    for (let at = 0; at < accounts.length; at += AT_ONCE) {
      const some = accounts.slice(at, at + AT_ONCE).map(async (account) => {
        const socket = await followRoom(url, account, room)
        return new SnugMember(account, room, socket.fallSilent())
      })
      members.push(...(await Promise.all(some)))
    }
    return members
  }
}

/** The room may come with the catching up, or, where its word is still on the way, after it. */
async function followRoom(url: string, { token }: Account, room: RoomId): Promise<SnugSocket> {
  const socket = await SnugSocket.enter(url, token)
  let isKnown = false
  let isCaughtUp = false
  const ready = socket.hears('heads', (event) => {
    if (event.type !== 'heads') return false
    isKnown ||= event.heads.some((head) => head.room === room)
    isCaughtUp ||= event.last === 'complete'
    return isKnown && isCaughtUp
  })
  socket.say({ type: 'sync', id: 0, rooms: [] })
  await ready
  return socket
}

function seenIn({ from, to, records }: Extract<Down, { type: 'delivery' }>): Seen[] {
  if (records.length !== to - from + 1) throw new Error(`${records.length} records are not ${from} to ${to}`)
  return records.flatMap((record) =>
    'producer' in record && record.kind === 'text' ? [{ by: record.by, n: record.n, seq: record.seq }] : [],
  )
}
