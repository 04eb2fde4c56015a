import { randomBytes } from 'node:crypto'
import { makeId, type RoomId, type UserId } from '#protocol/ids.ts'
import type { Up } from '#protocol/up.ts'
import { TEXT } from './server.ts'
import { SnugSocket } from './snug-socket.ts'

export type Account = { readonly user: UserId; readonly token: string }

const ACCOUNTS_AT_ONCE = 100
const MESSAGES_PER_FRAME = 200

/** Who the bench is at a Snug: its owner, who makes accounts, rooms and messages to measure with. */
export class SnugOwner {
  readonly token: string
  readonly #socket: SnugSocket

  private constructor(socket: SnugSocket, token: string) {
    this.#socket = socket
    this.token = token
  }

  static async enter(url: string, token: string): Promise<SnugOwner> {
    return new SnugOwner(await SnugSocket.enter(url, token), token)
  }

  /** Takes the invitation of a new server. */
  static async register(url: string, invitation: string): Promise<SnugOwner> {
    const socket = await SnugSocket.open(url)
    const names = { handle: handle(), name: 'Bench', deviceName: 'bench', password: randomBytes(16).toString('hex') }
    const ids = { user: newId('user'), device: newId('device') }
    const { token } = await socket.ask({ type: 'register', ...ids, ...names, invitation }, 'session')
    if (token === undefined) throw new Error('a registration brings a token')
    return new SnugOwner(socket, token)
  }

  /** The same owner on a server that has moved. */
  async follow(url: string): Promise<SnugOwner> {
    this.leave()
    return SnugOwner.enter(url, this.token)
  }

  leave(): void {
    this.#socket.raw.end()
  }

  /** Accounts without a password: hashing them would take longer than everything else. */
  async makeAccounts(count: number): Promise<Account[]> {
    const accounts: Account[] = []
    while (accounts.length < count) {
      const some = Array.from({ length: Math.min(count - accounts.length, ACCOUNTS_AT_ONCE) }, () =>
        this.#makeAccount(),
      )
      accounts.push(...(await Promise.all(some)))
    }
    return accounts
  }

  async openRoom(members: readonly Account[]): Promise<RoomId> {
    return openRoom(this.#socket, members)
  }

  /** Stores so many messages in each room. */
  async fill(rooms: readonly RoomId[], messages: number): Promise<void> {
    const producer = newId('producer')
    const events: Extract<Up, { type: 'send' }>[] = rooms.flatMap((room) =>
      Array.from({ length: messages }, (_, i) => ({ type: 'send', room, producer, n: i + 1, text: TEXT })),
    )
    for (let at = 0; at < events.length; at += MESSAGES_PER_FRAME) {
      const frame = events.slice(at, at + MESSAGES_PER_FRAME)
      await this.#store(frame)
    }
  }

  /** Resolves when all are stored. */
  async #store(frame: readonly Extract<Up, { type: 'send' }>[]): Promise<void> {
    let missing = frame.length
    const stored = this.#socket.hears('stored', () => --missing === 0)
    this.#socket.say(...frame)
    await stored
  }

  async #makeAccount(): Promise<Account> {
    const ids = { user: newId('user'), device: newId('device') }
    const names = { handle: handle(), name: 'Bench', deviceName: 'bench' }
    return this.#socket.ask({ type: 'create-account', ...ids, ...names }, 'account')
  }
}

export async function openRoom(creator: SnugSocket, members: readonly Account[]): Promise<RoomId> {
  const users = members.map(({ user }) => user)
  const asking = { type: 'create-group', room: newId('group'), title: 'Bench', members: users } as const
  return (await creator.ask(asking, 'opened')).room
}

export function newId<Kind extends 'user' | 'device' | 'group' | 'producer'>(kind: Kind) {
  return makeId(kind, randomBytes(16))
}

function handle(): string {
  return `b${randomBytes(12).toString('hex')}`
}
