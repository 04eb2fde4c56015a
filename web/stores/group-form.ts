import { makeAutoObservable } from 'mobx'
import type { Snug } from '#client/index.ts'
import { nameSchema } from '#protocol/fields.ts'
import type { RoomId } from '#protocol/ids.ts'
import { Attempt } from './attempt.ts'
import { PeopleField } from './people-field.ts'
import type { SessionStore } from './session-store.ts'

type Client = Pick<Snug, 'findUser' | 'createGroup'>

/** Creates a group with a title and its first members. */
export class GroupForm {
  title = ''
  titleWrong = false
  readonly members: PeopleField
  readonly creating = new Attempt()
  readonly #client: Client

  constructor(client: Client, session: SessionStore) {
    this.#client = client
    this.members = new PeopleField(client, (user) => (user === session.me?.user ? 'yourself' : undefined))
    makeAutoObservable(this, { members: false, creating: false })
  }

  setTitle(title: string): void {
    this.title = title
    this.titleWrong = false
    this.creating.forget()
  }

  /** The room, unless something is wrong with what was typed or the server refused. */
  async create(): Promise<RoomId | undefined> {
    const title = this.title.trim()
    this.titleWrong = !nameSchema.safeParse(title).success
    if (!(await this.members.add()) || this.titleWrong) return undefined
    let room: RoomId | undefined
    await this.creating.run(async () => {
      room = await this.#client.createGroup(title, this.members.users)
    })
    return room
  }
}
