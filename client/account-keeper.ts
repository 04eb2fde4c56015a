import { makeId } from '#protocol/ids.ts'
import type { Account } from './model.ts'
import type { Random } from './ports/random.ts'
import type { Store } from './ports/store.ts'
import type { AnswerOf } from './requests.ts'
import { keys, type SavedAccount, saved } from './saved.ts'
import type { Session } from './session.ts'

export type RegistrationInput = { invitation: string; handle: string; name: string; password: string }
export type LogInInput = { handle: string; password: string }

type Parts = {
  readonly store: Store
  readonly session: Session
  readonly random: Random
  readonly deviceName: string
  /** A device that cannot keep its token is logged in all the same, until it is started again. */
  readonly storeFailed: (error: unknown) => void
}

/** Who this device is: its account and token, kept on the device. */
export class AccountKeeper {
  readonly #parts: Parts
  #account: SavedAccount | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get account(): SavedAccount | undefined {
    return this.#account
  }

  get view(): Account {
    if (!this.#account) return { status: 'logged-out' }
    const { user, device, handle, name, role } = this.#account
    return { status: 'logged-in', user, device, handle, name, role }
  }

  async load(): Promise<void> {
    this.#account = await saved.account.get(this.#parts.store, keys.account)
    // A log-out that was cut off is finished here.
    if (!this.#account) await this.#forgetBut(keys.registration)
  }

  /** The ids are kept until it has succeeded, so that a repeat, even after a reload, is the same registration. */
  async register({ invitation, ...input }: RegistrationInput): Promise<void> {
    const { store, session, random, deviceName } = this.#parts
    const known = await saved.registration.get(store, keys.registration)
    const fresh = { invitation, user: makeId('user', random(16)), device: makeId('device', random(16)) }
    const attempt = known?.invitation === invitation ? known : fresh
    await saved.registration.set(store, keys.registration, attempt)
    await this.#enter(await session.ask({ type: 'register', ...attempt, ...input, deviceName }, 'session'))
    await this.#keep(store.remove(keys.registration))
  }

  async logIn(input: LogInInput): Promise<void> {
    const { session, random, deviceName } = this.#parts
    const device = makeId('device', random(16))
    await this.#enter(await session.ask({ type: 'log-in', ...input, device, deviceName }, 'session'))
  }

  /** Says with the kept token who this is. */
  async authenticate(): Promise<void> {
    if (!this.#account) return
    const { token } = this.#account
    const answer = await this.#parts.session.ask({ type: 'authenticate', token }, 'session')
    // Whoever was logged out meanwhile is not logged in again by this.
    if (this.#account?.token === token) await this.#enter({ ...answer, token })
  }

  /** Is nobody from here on; ends the token, if the server can be reached. */
  async revoke(): Promise<void> {
    if (!this.#account) return
    const { device } = this.#account
    this.drop()
    // Without a connection the token lives on until it is revoked from another device; this device forgets it anyway.
    await this.#parts.session.ask({ type: 'revoke-device', device }, 'done').catch(() => {})
  }

  /** Is nobody from here on, until it is started again. */
  drop(): void {
    this.#account = undefined
  }

  /** Removes everything that this device keeps. */
  async forget(): Promise<void> {
    await this.#forgetBut(undefined)
  }

  async #forgetBut(kept: string | undefined): Promise<void> {
    const { store } = this.#parts
    for (const key of await store.keys('')) if (key !== kept) await store.remove(key)
  }

  async #enter({ user, device, handle, name, role, token = '' }: AnswerOf<'session'>): Promise<void> {
    this.#account = { user, device, handle, name, role, token }
    await this.#keep(saved.account.set(this.#parts.store, keys.account, this.#account))
  }

  #keep(work: Promise<void>): Promise<void> {
    return work.catch(this.#parts.storeFailed)
  }
}
