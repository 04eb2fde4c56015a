import { createHash } from 'node:crypto'
import { memoryStore, type RoomView, Snug } from '#client/index.ts'
import type { RoomId } from '#protocol/ids.ts'
import { PASSWORD } from './person.ts'

/** Ids decide about colours. With this they are the same in every picture, and no two that meet in it are alike. */
const COLOURS = 'd'

/** Somebody who takes part without a browser. */
export class Member {
  readonly name: string
  readonly snug: Snug

  constructor(url: string, name: string) {
    this.name = name
    let drawn = 0
    this.snug = new Snug({
      url: `${url.replace('http', 'ws')}/ws`,
      store: memoryStore(),
      deviceName: 'Laptop',
      random: (bytes) => createHash('sha256').update(`${COLOURS}${name} ${drawn++}`).digest().subarray(0, bytes),
    })
  }

  get handle(): string {
    return this.name.toLowerCase()
  }

  async join(invitation: string): Promise<void> {
    await this.snug.start()
    await this.snug.register({ invitation, handle: this.handle, name: this.name, password: PASSWORD })
  }

  async open(title: string | undefined, others: readonly Pick<Member, 'handle'>[]): Promise<RoomId> {
    const profiles = await Promise.all(others.map(({ handle }) => this.snug.findUser(handle)))
    const users = profiles.map(({ user }) => user)
    const [only] = users
    if (title === undefined && only !== undefined) return this.snug.openDirect(only)
    return this.snug.createGroup(title ?? '', users)
  }

  /** Resolves with the place of the message. */
  async say(room: RoomId, text: string): Promise<number> {
    await this.sees(room, () => true)
    await this.snug.send(room, text)
    return (await this.sees(room, ({ outgoing }) => outgoing.length === 0)).head
  }

  /** Resolves when all of them are stored. */
  async sayAll(room: RoomId, texts: readonly string[]): Promise<void> {
    await this.sees(room, () => true)
    for (const text of texts) await this.snug.send(room, text)
    await this.sees(room, ({ outgoing }) => outgoing.length === 0)
  }

  /** Resolves when the others are told. */
  async read(room: RoomId, head: number, told: Member): Promise<void> {
    await this.sees(room, (view) => view.head >= head)
    this.snug.markRead(room, head)
    const { account } = this.snug
    if (account.status === 'logged-in') await told.sees(room, ({ marks }) => (marks.get(account.user) ?? 0) >= head)
  }

  async sees(room: RoomId, holds: (view: RoomView) => boolean): Promise<RoomView> {
    const look = () => {
      const view = this.snug.rooms.get(room)
      return view && holds(view) ? view : undefined
    }
    const { promise, resolve } = Promise.withResolvers<RoomView>()
    const stop = this.snug.on('room', () => {
      const seen = look()
      if (seen) resolve(seen)
    })
    const seen = look() ?? (await promise)
    stop()
    return seen
  }
}
