import type { Profile } from '#protocol/down/profiles.ts'
import type { UserId } from '#protocol/ids.ts'
import type { ProfileView } from './model.ts'
import type { Store } from './ports/store.ts'
import { keys, saved } from './saved.ts'

const ASKED_AT_ONCE = 100

/** Names of users: from the device at once, from the server when missing. */
export class Profiles {
  readonly #store: Store
  readonly #fetch: (users: UserId[]) => Promise<readonly Profile[]>
  readonly #changed: (profile: ProfileView) => void
  readonly #known = new Map<UserId, ProfileView>()
  readonly #missing = new Set<UserId>()
  readonly #asked = new Set<UserId>()

  constructor(
    store: Store,
    fetch: (users: UserId[]) => Promise<readonly Profile[]>,
    changed: (profile: ProfileView) => void,
  ) {
    this.#store = store
    this.#fetch = fetch
    this.#changed = changed
  }

  async load(): Promise<void> {
    const stored = await Promise.all(
      (await this.#store.keys(keys.profiles)).map((key) => saved.profile.get(this.#store, key)),
    )
    for (const profile of stored) if (profile) this.#known.set(profile.user, profile)
  }

  forget(): void {
    this.#known.clear()
    this.#missing.clear()
    this.#asked.clear()
  }

  /** What is known; a miss is fetched in the background. */
  get(user: UserId): ProfileView | undefined {
    const known = this.#known.get(user)
    if (!known && !this.#asked.has(user)) {
      if (this.#missing.size === 0) void Promise.resolve().then(() => this.fetchMissing())
      this.#missing.add(user)
    }
    return known
  }

  learn(profile: ProfileView): void {
    const known = this.#known.get(profile.user)
    if (known?.name === profile.name && known.handle === profile.handle) return
    this.#known.set(profile.user, profile)
    void saved.profile.set(this.#store, keys.profile(profile.user), profile)
    this.#changed(profile)
  }

  /** Asks for all that were missed; those that fail are asked again after the next connection. */
  async fetchMissing(): Promise<void> {
    while (this.#missing.size > 0) {
      const users = [...this.#missing].slice(0, ASKED_AT_ONCE)
      for (const user of users) this.#asked.add(user)
      try {
        for (const profile of await this.#fetch(users)) this.learn(profile)
      } catch {
        for (const user of users) this.#asked.delete(user)
        return
      }
      for (const user of users) this.#missing.delete(user)
    }
  }
}
