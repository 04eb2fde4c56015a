import { makeAutoObservable, observableRef, reaction, runInAction } from 'mobx'
import type { Snug } from '#client/index.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import { Attempt } from './attempt.ts'
import { PeopleField } from './people-field.ts'
import type { RoomsStore } from './rooms-store.ts'
import type { SessionStore } from './session-store.ts'

type Client = Pick<Snug, 'members' | 'invite' | 'removeMember' | 'leave' | 'findUser'>
export type MemberView = Awaited<ReturnType<Snug['members']>>[number]

export type MembersSurroundings = {
  readonly client: Client
  readonly rooms: Pick<RoomsStore, 'get'>
  readonly session: Pick<SessionStore, 'me' | 'connection'>
}

/** The members of one group. Asked for when they are looked at, and again whenever somebody comes or goes. */
export class MembersStore {
  members: readonly MemberView[] | undefined = undefined
  readonly adding: PeopleField
  readonly loading = new Attempt()
  readonly inviting = new Attempt()
  readonly removing = new Attempt()
  readonly leaving = new Attempt()
  readonly #room: RoomId
  readonly #around: MembersSurroundings
  /** Counts what was asked for: of two answers the later question counts. */
  #asked = 0

  constructor(room: RoomId, around: MembersSurroundings) {
    this.#room = room
    this.#around = around
    this.adding = new PeopleField(
      around.client,
      (user) => this.problemWith(user),
      () => this.inviting.forget(),
    )
    makeAutoObservable(this, {
      members: observableRef,
      adding: false,
      loading: false,
      inviting: false,
      removing: false,
      leaving: false,
      watch: false,
    })
  }

  /** Keeps the list true until the returned function is called. */
  watch(): () => void {
    return reaction(
      () => [this.#around.session.connection.status, this.lastChange],
      ([status]) => void (status === 'live' && this.load()),
      { fireImmediately: true, equals: (a, b) => a.every((part, i) => part === b[i]) },
    )
  }

  async load(): Promise<void> {
    if (this.loading.busy) return this.refreshQuietly()
    await this.loading.run(() => this.refresh())
  }

  /** Adds whoever was typed; false when something is wrong with it. */
  async add(): Promise<boolean> {
    if (!(await this.adding.add())) return false
    if (this.adding.people.length === 0) return true
    const added = await this.inviting.run(() => this.#around.client.invite(this.#room, this.adding.users))
    if (!added) return false
    this.adding.clear()
    await this.refreshQuietly()
    return true
  }

  /** Whether it is for me to remove somebody. */
  canRemove(user: UserId): boolean {
    const me = this.#around.session.me?.user
    return user !== me && this.members?.find((member) => member.user === me)?.role === 'owner'
  }

  async remove(user: UserId): Promise<boolean> {
    const removed = await this.removing.run(() => this.#around.client.removeMember(this.#room, user))
    if (removed) await this.refreshQuietly()
    return removed
  }

  leave(): Promise<boolean> {
    return this.leaving.run(() => this.#around.client.leave(this.#room))
  }

  /** Where in the timeline somebody last came or went; who then owns the group may have changed too. */
  private get lastChange(): number {
    const records = this.#around.rooms.get(this.#room)?.records ?? []
    return records.findLast(({ kind }) => kind === 'joined' || kind === 'left')?.seq ?? 0
  }

  private problemWith(user: UserId): 'yourself' | 'already-in' | undefined {
    if (user === this.#around.session.me?.user) return 'yourself'
    return this.members?.some((member) => member.user === user) ? 'already-in' : undefined
  }

  private async refreshQuietly(): Promise<void> {
    await new Attempt().run(() => this.refresh())
  }

  private async refresh(): Promise<void> {
    const question = ++this.#asked
    const members = await this.#around.client.members(this.#room)
    if (question !== this.#asked) return
    runInAction(() => {
      this.members = members
    })
  }
}
