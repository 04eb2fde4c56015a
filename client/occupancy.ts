import type { Engine } from './engine.ts'
import { type Account, unsentIn } from './model.ts'
import type { Word } from './neighbourhood.ts'
import type { Saver } from './saver.ts'

type House = Pick<Engine, 'keeper' | 'outbox' | 'uploads' | 'profiles' | 'reconnect' | 'rooms' | 'signs' | 'views'>

/** Brings what the device keeps of an account into memory when somebody moves in, and out of it when they leave. */
export class Occupancy {
  readonly #house: House
  readonly #saver: Saver
  readonly #show: (account: Account) => void

  constructor(house: House, saver: Saver, show: (account: Account) => void) {
    this.#house = house
    this.#saver = saver
    this.#show = show
  }

  /** Shows what is on this device of the account that is logged in there; where there is none, that it was revoked, if it was. */
  async open(unsent?: number): Promise<void> {
    const { keeper, profiles, outbox, uploads, rooms, views } = this.#house
    await keeper.load()
    const { account, departures } = keeper
    if (account) await Promise.all([profiles.load(), outbox.load(), rooms.load(account.user)])
    // Somebody has left meanwhile: whoever saw to that has opened, or closed, what there is now.
    if (keeper.departures !== departures) return
    // Whose messages were composed the outbox knows by now.
    if (account) await uploads.load(outbox.uploads)
    for (const room of rooms.ids()) views.show(room)
    this.#show(account || unsent === undefined ? keeper.view : revokedWith(unsent))
  }

  /** What another tab says of what both keep. */
  async heard(word: Word): Promise<void> {
    const { outbox, uploads } = this.#house
    await Promise.all([outbox.heard(word), uploads.heard(word)])
  }

  /** Forgets everything on this device. */
  async forget(): Promise<void> {
    await this.#leave()
    await this.#house.keeper.forget()
    this.#show({ status: 'logged-out' })
  }

  /** The server does not know this device any more: somebody logged it out elsewhere, or in another tab. */
  async revoked(): Promise<void> {
    const { keeper, views } = this.#house
    const isOvertaken = keeper.isOvertaken()
    views.showTouched()
    const unsent = unsentIn(views.rooms.values())
    await this.#leave()
    if (await isOvertaken) return this.#reopen(unsent)
    await keeper.forget(unsent)
    this.#show(revokedWith(unsent))
  }

  /** Somebody has logged in or out in another tab, or that has heard that the device was logged out elsewhere: so it is here. */
  async follow(unsent?: number): Promise<void> {
    if (!(await this.#house.keeper.isOvertaken())) return
    await this.#leave()
    await this.#reopen(unsent)
  }

  async #reopen(unsent?: number): Promise<void> {
    this.#show({ status: 'logged-out' })
    await this.open(unsent)
    // The connection that was made meanwhile has found nobody.
    if (this.#house.keeper.account) this.#house.reconnect()
  }

  /** Is nobody from here on. */
  async #leave(): Promise<void> {
    const { keeper, rooms, outbox, uploads, profiles, signs, views } = this.#house
    keeper.drop()
    // First of all: what this connection still brings would be kept for the next account.
    this.#house.reconnect()
    rooms.forget()
    outbox.forget()
    uploads.forget()
    profiles.forget()
    signs.forget()
    views.rooms.clear()
    await this.#saver.forget()
  }
}

function revokedWith(unsent: number): Account {
  return { status: 'logged-out', why: 'revoked', unsent }
}
