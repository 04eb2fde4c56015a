import type { Profile } from '#protocol/down/profiles.ts'
import type { UserId } from '#protocol/ids.ts'
import type { ProfileView } from './model.ts'
import type { Store } from './ports/store.ts'
import { RefusedError } from './refused-error.ts'
import { keys, saved } from './saved.ts'

const ASKED_AT_ONCE = 100

type ProfilesListeners = {
  changed(profile: ProfileView): void
  storeFailed(error: unknown): void
}

/** Names of users: from the device at once, from the server when missing. */
export class Profiles {
  readonly #store: Store
  readonly #fetch: (users: UserId[]) => Promise<readonly Profile[]>
  readonly #listeners: ProfilesListeners
  readonly #known = new Map<UserId, ProfileView>()
  readonly #missing = new Set<UserId>()
  readonly #asked = new Set<UserId>()
  #fetching: Promise<void> | undefined

  constructor(store: Store, fetch: (users: UserId[]) => Promise<readonly Profile[]>, listeners: ProfilesListeners) {
    this.#store = store
    this.#fetch = fetch
    this.#listeners = listeners
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
      this.#missing.add(user)
      void this.fetchMissing()
    }
    return known
  }

  learn(profile: ProfileView): void {
    const known = this.#known.get(profile.user)
    if (known?.name === profile.name && known.handle === profile.handle) return
    this.#known.set(profile.user, profile)
    saved.profile.set(this.#store, keys.profile(profile.user), profile).catch(this.#listeners.storeFailed)
    this.#listeners.changed(profile)
  }

  /** Asks for all that were missed; those that fail are asked again with the next miss, or after the next connection. */
  fetchMissing(): Promise<void> {
    this.#fetching ??= this.#fetchAll()
    return this.#fetching
  }

  async #fetchAll(): Promise<void> {
    // After the current turn: what one view misses is one request.
    await undefined
    try {
      while (this.#missing.size > 0) await this.#fetchSome([...this.#missing].slice(0, ASKED_AT_ONCE))
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
    } finally {
      this.#fetching = undefined
    }
  }

  async #fetchSome(users: UserId[]): Promise<void> {
    for (const user of users) this.#asked.add(user)
    try {
      for (const profile of await this.#fetch(users)) this.learn(profile)
    } catch (error) {
      for (const user of users) this.#asked.delete(user)
      throw error
    }
    for (const user of users) this.#missing.delete(user)
  }
}
