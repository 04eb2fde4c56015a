import type { UserId } from '#protocol/ids.ts'
import type { Store } from './ports/store.ts'
import { keys } from './saved.ts'

/**
 * The rows of one account among those of a device. Whoever else logs in there, later or in another tab at the same
 * moment, finds none of them: what one has written is never sent as another's.
 */
export class OwnRows implements Store {
  readonly #store: Store
  #user: UserId | undefined

  constructor(store: Store) {
    this.#store = store
  }

  get user(): UserId | undefined {
    return this.#user
  }

  /** Whose rows they are; nobody's: there are none, and what is written is not kept. */
  of(user: UserId | undefined): void {
    this.#user = user
  }

  async get(key: string): Promise<unknown> {
    return this.#user && this.#store.get(this.#prefix + key)
  }

  async set(key: string, value: unknown): Promise<void> {
    const user = this.#user
    if (!user) return
    const row = this.#prefix + key
    await this.#store.set(row, value)
    // Whoever has left meanwhile has left nothing.
    if (this.#user !== user) await this.#store.remove(row)
  }

  async remove(key: string): Promise<void> {
    if (this.#user) await this.#store.remove(this.#prefix + key)
  }

  async keys(prefix: string): Promise<string[]> {
    if (!this.#user) return []
    const { length } = this.#prefix
    return (await this.#store.keys(this.#prefix + prefix)).map((key) => key.slice(length))
  }

  /** Of a version whose rows named no account: what waits to be sent is this one's. The rest is fetched anew. */
  async takeOlder(): Promise<void> {
    for (const key of await this.#store.keys(keys.allOutgoing)) {
      const value = await this.#store.get(key)
      // Written before it is removed: it is done once more where this ends in between.
      if (value !== undefined) await this.set(key, value)
      await this.#store.remove(key)
    }
  }

  /** Removes the rows of one account, whoever is here by now. */
  async clear(user = this.#user): Promise<void> {
    if (user) for (const key of await this.#store.keys(`${user}/`)) await this.#store.remove(key)
  }

  get #prefix(): string {
    return `${this.#user}/`
  }
}
