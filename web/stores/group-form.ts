import { makeAutoObservable } from 'mobx'
import type { Snug } from '#client/index.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import { Attempt } from './attempt.ts'
import { type NameFault, nameFault } from './name-fault.ts'
import { PeopleField } from './people-field.ts'
import type { SessionStore } from './session-store.ts'

type Client = Pick<Snug, 'findUser' | 'newGroupId' | 'createGroup'>
/** A group that was asked for: with what, and under which id. */
type Wish = { readonly key: string; readonly room: RoomId }

/** Creates a group with a title and its first members. */
export class GroupForm {
  title = ''
  titleWrong: NameFault | undefined = undefined
  readonly members: PeopleField
  readonly creating = new Attempt()
  readonly #client: Client
  #wish: Wish | undefined

  constructor(client: Client, session: SessionStore) {
    this.#client = client
    this.members = new PeopleField(
      client,
      (user) => (user === session.me?.user ? 'yourself' : undefined),
      () => this.creating.forget(),
    )
    makeAutoObservable(this, { members: false, creating: false })
  }

  setTitle(title: string): void {
    this.title = title
    this.titleWrong = undefined
    this.creating.forget()
  }

  /** The room, unless something is wrong with what was typed or the server refused. */
  async create(): Promise<RoomId | undefined> {
    const title = this.title.trim()
    this.titleWrong = nameFault(title)
    if (!(await this.members.add()) || this.titleWrong) return undefined
    const { users } = this.members
    const { room } = this.#wishFor(title, users)
    const done = await this.creating.run(async () => {
      await this.#client.createGroup(title, users, room)
    })
    if (!done) return undefined
    this.#wish = undefined
    return room
  }

  /**
   * Whoever presses again after a failure means the same group: it may be open already, and only the answer was lost.
   * With another title or other members it is another one, since what is open keeps those it was opened with.
   */
  #wishFor(title: string, users: readonly UserId[]): Wish {
    const key = [title, ...users].join('\n')
    if (this.#wish?.key !== key) this.#wish = { key, room: this.#client.newGroupId() }
    return this.#wish
  }
}
