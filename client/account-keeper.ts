import { makeId } from '#protocol/ids.ts'
import type { Account } from './model.ts'
import type { Random } from './ports/random.ts'
import type { Store } from './ports/store.ts'
import type { AnswerOf } from './requests.ts'
import { keys, type SavedAccount, saved } from './saved.ts'
import type { Session } from './session.ts'

export type RegistrationInput = { invitation: string; handle: string; name: string; password: string }
export type LogInInput = { handle: string; password: string }

/** Who this device is: its account and token, kept on the device. */
export class AccountKeeper {
  readonly #store: Store
  readonly #session: Session
  readonly #random: Random
  readonly #deviceName: string
  #account: SavedAccount | undefined

  constructor(store: Store, session: Session, random: Random, deviceName: string) {
    this.#store = store
    this.#session = session
    this.#random = random
    this.#deviceName = deviceName
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
    this.#account = await saved.account.get(this.#store, keys.account)
  }

  /** The ids are kept until it has succeeded, so that a repeat, even after a reload, is the same registration. */
  async register({ invitation, ...input }: RegistrationInput): Promise<void> {
    const known = await saved.registration.get(this.#store, keys.registration)
    const fresh = { invitation, user: makeId('user', this.#random(16)), device: makeId('device', this.#random(16)) }
    const attempt = known?.invitation === invitation ? known : fresh
    await saved.registration.set(this.#store, keys.registration, attempt)
    const deviceName = this.#deviceName
    await this.#enter(await this.#session.ask({ type: 'register', ...attempt, ...input, deviceName }, 'session'))
    await this.#store.remove(keys.registration)
  }

  async logIn(input: LogInInput): Promise<void> {
    const device = makeId('device', this.#random(16))
    const deviceName = this.#deviceName
    await this.#enter(await this.#session.ask({ type: 'log-in', ...input, device, deviceName }, 'session'))
  }

  /** Says with the kept token who this is. */
  async authenticate(): Promise<void> {
    if (!this.#account) return
    const { token } = this.#account
    const answer = await this.#session.ask({ type: 'authenticate', token }, 'session')
    await this.#enter({ ...answer, token })
  }

  /** Ends the token, if the server can be reached. */
  async revoke(): Promise<void> {
    if (!this.#account) return
    const { device } = this.#account
    // Without a connection the token lives on until it is revoked from another device; this device forgets it anyway.
    await this.#session.ask({ type: 'revoke-device', device }, 'done').catch(() => {})
  }

  /** Removes everything that this device keeps. */
  async forget(): Promise<void> {
    this.#account = undefined
    for (const key of await this.#store.keys('')) await this.#store.remove(key)
  }

  async #enter({ user, device, handle, name, role, token = '' }: AnswerOf<'session'>): Promise<void> {
    this.#account = { user, device, handle, name, role, token }
    await saved.account.set(this.#store, keys.account, this.#account)
  }
}
