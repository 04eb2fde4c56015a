import { makeAutoObservable, observable } from 'mobx'
import type { ProfileView, Snug } from '#client/index.ts'
import type { UserId } from '#protocol/ids.ts'
import { Attempt } from './attempt.ts'
import { cleanHandle, isHandle } from './handles.ts'

type Unwanted = 'yourself' | 'already-in'
type Problem = 'not-a-handle' | Unwanted

/** People collected one by one by their handles; each is looked up when added. */
export class PeopleField {
  typed = ''
  problem: Problem | undefined = undefined
  readonly people = observable.array<ProfileView>([], { deep: false })
  readonly finding = new Attempt()
  readonly #client: Pick<Snug, 'findUser'>
  readonly #problemWith: (user: UserId) => Unwanted | undefined
  readonly #onEdit: () => void

  /** `problemWith` says why somebody who was found does not belong here; `onEdit` hears of every change by hand. */
  constructor(client: Pick<Snug, 'findUser'>, problemWith: (user: UserId) => Unwanted | undefined, onEdit: () => void) {
    this.#client = client
    this.#problemWith = problemWith
    this.#onEdit = onEdit
    makeAutoObservable(this, { finding: false })
  }

  get handle(): string {
    return cleanHandle(this.typed)
  }

  get users(): UserId[] {
    return this.people.map(({ user }) => user)
  }

  type(text: string): void {
    this.typed = text
    this.problem = undefined
    this.finding.forget()
    this.#onEdit()
  }

  /** Whether nothing that was typed is left to be looked at. */
  async add(): Promise<boolean> {
    const { handle } = this
    if (handle === '') return true
    if (!isHandle(handle)) return this.refuse('not-a-handle')
    let found: ProfileView | undefined
    await this.finding.run(async () => {
      found = await this.#client.findUser(handle)
    })
    if (!found) return false
    const problem = this.#problemWith(found.user)
    if (problem) return this.refuse(problem)
    this.take(found)
    return true
  }

  remove(user: UserId): void {
    this.people.replace(this.people.filter((person) => person.user !== user))
    this.#onEdit()
  }

  removeLast(): void {
    this.people.pop()
    this.#onEdit()
  }

  clear(): void {
    this.people.clear()
  }

  private refuse(problem: Problem): false {
    this.problem = problem
    return false
  }

  private take(person: ProfileView): void {
    this.people.replace([...this.people.filter(({ user }) => user !== person.user), person])
    // What was typed meanwhile stays.
    if (this.handle === person.handle) this.typed = ''
  }
}
