import { makeAutoObservable, observableRef, runInAction } from 'mobx'
import type { Snug } from '#client/index.ts'
import type { RoomId } from '#protocol/ids.ts'
import { Attempt } from './attempt.ts'
import { PeopleField } from './people-field.ts'
import type { SessionStore } from './session-store.ts'

type Client = Pick<Snug, 'members' | 'invite' | 'leave' | 'findUser'>
type Member = Awaited<ReturnType<Snug['members']>>[number]

/** The members of one group. Asked for when they are looked at. */
export class MembersStore {
  members: readonly Member[] | undefined = undefined
  readonly adding: PeopleField
  readonly loading = new Attempt()
  readonly inviting = new Attempt()
  readonly leaving = new Attempt()
  readonly #room: RoomId
  readonly #client: Client

  constructor(room: RoomId, client: Client, session: SessionStore) {
    this.#room = room
    this.#client = client
    this.adding = new PeopleField(client, session.me?.user)
    makeAutoObservable(this, {
      members: observableRef,
      adding: false,
      loading: false,
      inviting: false,
      leaving: false,
    })
  }

  async load(): Promise<void> {
    await this.loading.run(() => this.refresh())
  }

  /** Adds whoever was typed. */
  async add(): Promise<void> {
    if (!(await this.adding.add()) || this.adding.people.length === 0) return
    await this.inviting.run(async () => {
      await this.#client.invite(this.#room, this.adding.users)
      await this.refresh()
    })
    this.adding.clear()
  }

  leave(): Promise<boolean> {
    return this.leaving.run(() => this.#client.leave(this.#room))
  }

  private async refresh(): Promise<void> {
    const members = await this.#client.members(this.#room)
    runInAction(() => {
      this.members = members
    })
  }
}
