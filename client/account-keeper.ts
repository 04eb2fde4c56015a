import { makeId } from '#protocol/ids.ts'
import type { Account } from './model.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import type { OwnRows } from './own-rows.ts'
import type { Clock } from './ports/clock.ts'
import type { Random } from './ports/random.ts'
import type { Store } from './ports/store.ts'
import type { AnswerOf } from './requests.ts'
import { keys, type SavedAccount, saved } from './saved.ts'
import type { Session } from './session.ts'

export type RegistrationInput = { invitation: string; handle: string; name: string; password: string }
export type LogInInput = { handle: string; password: string }

/** Nobody waits longer at a log-out for a server that does not answer. */
const REVOKES_WITHIN_MS = 3_000

type Parts = {
  readonly store: Store
  /** What is kept of the account; it is opened and closed here. */
  readonly rows: OwnRows
  readonly neighbours: Neighbourhood
  readonly session: Session
  readonly random: Random
  readonly clock: Clock
  readonly deviceName: string
  /** The server goes on from a backup: what was heard of it may be no more. Resolves when it is forgotten. */
  readonly restored: () => Promise<void>
  /** A device that cannot keep its token is logged in all the same, until it is started again. */
  readonly storeFailed: (error: unknown) => void
}

/** Who this device is: its account and token, kept on the device. */
export class AccountKeeper {
  readonly #parts: Parts
  #account: SavedAccount | undefined
  #departures = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get account(): SavedAccount | undefined {
    return this.#account
  }

  /** How often somebody has left this device. Who logs in again does not go on with what they had begun: it was forgotten. */
  get departures(): number {
    return this.#departures
  }

  get view(): Account {
    if (!this.#account) return { status: 'logged-out' }
    const { user, device, handle, name, role } = this.#account
    return { status: 'logged-in', user, device, handle, name, role }
  }

  async load(): Promise<void> {
    const { store, rows } = this.#parts
    const before = this.#departures
    const account = await saved.account.get(store, keys.account)
    if (this.#departures !== before) return
    this.#account = account
    rows.of(this.#account?.user)
    if (this.#account) return rows.takeOlder()
    // A log-out that was cut off is finished here; what somebody needs who logs in at this moment in another tab stays.
    const kept: string[] = [keys.account, keys.registration]
    for (const key of await store.keys('')) if (!kept.includes(key)) await store.remove(key)
  }

  /** Whether the device is another's by now: somebody logged in or out in another tab. */
  async isOvertaken(): Promise<boolean> {
    const token = this.#account?.token
    const kept = await saved.account.get(this.#parts.store, keys.account)
    return kept?.token !== token
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

  /**
   * Is nobody from here on; ends the token, if the server can be reached. False when somebody else has come meanwhile, by
   * another tab: nothing of this one is left then.
   */
  async revoke(): Promise<boolean> {
    if (!this.#account) return true
    const { device, user } = this.#account
    this.drop()
    const departure = this.#departures
    await this.#keep(this.#giveUp())
    const { clock, session } = this.#parts
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = clock.after(REVOKES_WITHIN_MS, resolve)
    // Without a connection the token lives on until it is revoked from another device; this device forgets it anyway.
    session.ask({ type: 'revoke-device', device }, 'done').then(
      () => resolve(),
      () => resolve(),
    )
    await promise
    stop()
    const { account } = this
    if (!account && this.#departures === departure) return true
    if (account?.user !== user) await this.#keep(this.#parts.rows.clear(user))
    return false
  }

  /** Is nobody from here on, until it is started again. */
  drop(): void {
    this.#account = undefined
    this.#departures++
  }

  /** Removes everything that this device keeps of the account; `unsent`, where it was revoked, tells other tabs so. */
  async forget(unsent?: number): Promise<void> {
    const { store, rows } = this.#parts
    const { user } = rows
    await this.#giveUp(unsent)
    await store.remove(keys.registration)
    await rows.clear(user)
    if (rows.user === user) rows.of(undefined)
  }

  /** The device is nobody's from here on, for other tabs too; unless somebody has logged in there meanwhile. */
  async #giveUp(unsent?: number): Promise<void> {
    const { store, rows, neighbours } = this.#parts
    const kept = await saved.account.get(store, keys.account)
    if (kept?.user !== rows.user) return
    await store.remove(keys.account)
    neighbours.say({ word: 'account', ...(unsent !== undefined && { unsent }) })
  }

  async #enter({ user, device, handle, name, role, restoredAt, token = '' }: AnswerOf<'session'>): Promise<void> {
    const { store, rows, neighbours, restored } = this.#parts
    const isKnown = this.#account?.token === token
    // Before it is written down that it was: it is done once more where this ends in between.
    if (isKnown && this.#account?.restoredAt !== restoredAt) await restored()
    this.#account = { user, device, handle, name, role, token, restoredAt }
    rows.of(user)
    await this.#keep(saved.account.set(store, keys.account, this.#account))
    if (!isKnown) neighbours.say({ word: 'account' })
  }

  #keep(work: Promise<void>): Promise<void> {
    return work.catch(this.#parts.storeFailed)
  }
}
