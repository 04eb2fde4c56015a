import { setTimeout as sleep } from 'node:timers/promises'
import type { Outages } from '../outages.ts'
import { type Command, Connection, type Reply, textIn, Unanswered } from './connection.ts'
import { placeOf, wordsOf } from './refusals.ts'

/** Where it stands who owns something, and whether what stands there means us. */
export type Claim = { readonly key: string; readonly isOurs: (owner: string | undefined) => boolean }

/** Another host is the owner now. */
class Dispossessed extends Error {}

const FIRST_RETRY_MS = 50
const LAST_RETRY_MS = 1_000
/**
 * For so long a word of the server that we are the owner is believed. Whoever takes over waits longer than this after
 * the owner's last word (lease.ts), and a process that was stopped finds when it goes on that its time has passed.
 */
const BELIEVED_MS = 1_500

export type ServerOptions = {
  readonly url: string
  readonly claims: readonly Claim[]
  /** Another host owns what is claimed here. */
  readonly onLost: () => void
  readonly outages?: Outages | undefined
}

/** A server and the connection to it that is open just now, on which the first thing said was who owns what. */
export class Server {
  readonly #url: string
  readonly #place: string
  readonly #claims: readonly Claim[]
  readonly #onLost: () => void
  readonly #outages: Outages | undefined
  #connection: Connection | undefined
  #opening: Promise<void> | undefined
  #confirmedMs = Number.NEGATIVE_INFINITY
  #isClosed = false

  constructor({ url, claims, onLost, outages }: ServerOptions) {
    this.#url = url
    this.#place = placeOf(url)
    this.#claims = claims
    this.#onLost = onLost
    this.#outages = outages
  }

  /** Resolves when there is a connection, and it is ours to use; also where that takes hours. */
  whenOpen(): Promise<void> {
    if (this.#connection) return Promise.resolve()
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  /** Rejects with Unanswered, also where no connection is open. */
  send(commands: readonly Command[]): Promise<Reply[]> {
    if (this.#connection) return this.#connection.send(commands)
    return Promise.reject(new Unanswered('there is no connection to the store'))
  }

  /** Whether we were the owner a moment ago. */
  get isBelieved(): boolean {
    return performance.now() - this.#confirmedMs < BELIEVED_MS
  }

  /** What the server just said about a claim. Throws Dispossessed. */
  heed(claim: Claim, owner: Reply | undefined): void {
    if (!claim.isOurs(textIn(owner))) {
      this.#onLost()
      throw new Dispossessed('another host uses the store now')
    }
    this.#confirmedMs = performance.now()
  }

  /** Asks who owns what. Rejects with Unanswered or Dispossessed. */
  async confirm(): Promise<void> {
    const replies = await this.send(this.#claims.map(({ key }) => ['get', key]))
    for (const [i, claim] of this.#claims.entries()) this.heed(claim, replies[i])
  }

  /** Somebody tries in vain to keep something here, and goes on trying. */
  fails(who: object, error: unknown): void {
    if (!this.#isClosed) this.#outages?.fails(this.#place, who, wordsOf(error))
  }

  goesOn(who: object): void {
    this.#outages?.goesOn(this.#place, who)
  }

  /** Ends the connection: another takes its place when it is needed. */
  drop(): void {
    this.#connection?.close()
    this.#connection = undefined
  }

  close(): void {
    this.#isClosed = true
    this.drop()
  }

  async #open(): Promise<void> {
    for (let waitMs = FIRST_RETRY_MS; !this.#isClosed; waitMs = Math.min(2 * waitMs, LAST_RETRY_MS)) {
      try {
        const connection = await Connection.open(this.#url)
        this.#connection = connection
        void connection.ended.then(() => {
          if (this.#connection === connection) this.#connection = undefined
        })
        await this.confirm()
        return this.goesOn(this)
      } catch (error) {
        this.drop()
        if (error instanceof Dispossessed) throw error
        this.fails(this, error)
        await sleep(waitMs)
      }
    }
    throw new Error('the store was closed')
  }
}
