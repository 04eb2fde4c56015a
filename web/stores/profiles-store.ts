import { makeAutoObservable, observable } from 'mobx'
import type { ProfileView, Snug } from '#client/index.ts'
import type { UserId } from '#protocol/ids.ts'

/** The people this device knows of. */
export class ProfilesStore {
  readonly #known = observable.map<UserId, ProfileView>({}, { deep: false })
  readonly #client: Pick<Snug, 'profile' | 'on'>

  constructor(client: Pick<Snug, 'profile' | 'on'>) {
    this.#client = client
    makeAutoObservable(this, { of: false })
    client.on('profile', (profile) => this.take(profile))
  }

  /** What is known of a user. Nothing at first; the client then fetches it and it appears here. */
  of(user: UserId): ProfileView | undefined {
    return this.#known.get(user) ?? this.#client.profile(user)
  }

  take(profile: ProfileView): void {
    this.#known.set(profile.user, profile)
  }

  forget(): void {
    this.#known.clear()
  }
}
