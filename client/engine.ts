import { createNanoEvents } from 'nanoevents'
import type { Heads } from '#protocol/down/heads.ts'
import type { Down } from '#protocol/down.ts'
import type { Refusal } from '#protocol/errors.ts'
import type { RoomId } from '#protocol/ids.ts'
import { AccountKeeper } from './account-keeper.ts'
import { CatchUp } from './catch-up.ts'
import type { Account, ClientEvents, Connection, ServerView } from './model.ts'
import { Outbox } from './outbox.ts'
import { Patience } from './patience.ts'
import type { Clock } from './ports/clock.ts'
import type { Link } from './ports/link.ts'
import type { Random } from './ports/random.ts'
import type { Store } from './ports/store.ts'
import { Profiles } from './profiles.ts'
import { notLoggedIn, RefusedError } from './refused-error.ts'
import { Rooms } from './rooms.ts'
import { Saver } from './saver.ts'
import { Session } from './session.ts'
import { Signs } from './signs.ts'
import { Views } from './views.ts'

/** A log-in with the kept token that was refused for a passing reason is tried again after this. */
const AUTHENTICATE_RETRY_MS = 2_000

/** For the first connection, for what may be asked twice, for a room that was just opened. */
const WAIT_AT_MOST_MS = 10_000

export type EngineParts = {
  link: Link
  store: Store
  clock: Clock
  random: Random
  deviceName: string
  clientName: string
}

/** The sync engine: connects, catches up, applies what comes, sends what waits, and says what changed. */
export class Engine {
  readonly events = createNanoEvents<ClientEvents>()
  readonly views: Views
  readonly session: Session
  readonly keeper: AccountKeeper
  readonly rooms: Rooms
  readonly outbox: Outbox
  readonly profiles: Profiles
  readonly signs: Signs
  connection: Connection = { status: 'stopped' }
  account: Account = { status: 'loading' }
  server: ServerView | undefined = undefined
  readonly #clock: Clock
  readonly #patience: Patience
  readonly #saver: Saver
  readonly #catchUp: CatchUp
  #started = false
  /** Counts connections, so that what belongs to an earlier one can be told apart. */
  #connections = 0

  constructor({ link, store, clock, random, deviceName, clientName }: EngineParts) {
    this.#clock = clock
    this.session = new Session(link, clock, clientName, {
      welcomed: ({ server, transport }) => this.#welcomed({ name: server, transport }),
      received: (events) => this.#received(events),
      lost: () => this.#lost(),
      lagging: () => this.#catchUp.again(),
      dismissed: (why) => this.#dismissed(why),
    })
    this.views = new Views({
      view: (room) => this.rooms.get(room)?.toView(this.outbox.of(room), this.signs.typists.of(room)),
      changed: (view) => this.events.emit('room', view),
      gone: (room) => this.events.emit('room-gone', room),
    })
    this.#patience = new Patience(clock, this.events, () => this.connection)
    this.#catchUp = new CatchUp(clock, {
      sync: (answered) =>
        this.session.ask({ type: 'sync', ...this.rooms.held }, 'ready', ({ re, inbox, rooms }) => {
          answered(re)
          this.rooms.ready(inbox, rooms)
        }),
      behind: () => this.#behind(),
      caughtUp: () => this.#caughtUp(),
      unknown: () => this.#dismissed('revoked'),
    })
    const storeFailed = (error: unknown) => this.events.emit('store-failed', error)
    this.#saver = new Saver(store, storeFailed)
    this.keeper = new AccountKeeper({ store, session: this.session, random, deviceName, storeFailed })
    this.outbox = new Outbox(
      { store, clock, random },
      { send: (event) => this.session.say(event), changed: (room) => this.views.touch(room) },
    )
    this.rooms = new Rooms(store, this.#saver, {
      changed: (room) => this.views.touch(room),
      gone: (room) => {
        this.signs.drop(room)
        this.views.touch(room)
      },
      seen: (room, records, upTo) => {
        this.signs.seen(room, records)
        this.#background(this.outbox.seen(room, records, upTo))
      },
      missed: () => this.#catchUp.missed(),
      history: async (room, direction, anchor, limit) =>
        (await this.session.ask({ type: 'history', room, direction, anchor, limit }, 'page')).records,
    })
    this.profiles = new Profiles(
      store,
      async (users) => (await this.session.ask({ type: 'get-profiles', users }, 'profiles')).profiles,
      { changed: (profile) => this.events.emit('profile', profile), storeFailed },
    )
    this.signs = new Signs({
      clock,
      session: this.session,
      rooms: this.rooms,
      me: () => this.keeper.account?.user,
      changed: (room) => this.views.touch(room),
    })
  }

  async start(): Promise<void> {
    this.#started = true
    this.#setConnection({ status: 'connecting' })
    await this.keeper.load()
    const { account } = this.keeper
    if (account) await Promise.all([this.profiles.load(), this.outbox.load(), this.rooms.load(account.user)])
    for (const room of this.rooms.ids()) this.views.show(room)
    this.#setAccount(this.keeper.view)
    if (this.#started) this.session.start()
  }

  async stop(): Promise<void> {
    this.#started = false
    this.session.stop()
    this.#setConnection({ status: 'stopped' })
    await this.#saver.settled()
  }

  /** Resolves when the server has been reached; rejects when that takes too long. */
  welcome(): Promise<void> {
    return this.#patience.until(() => isReached(this.connection), WAIT_AT_MOST_MS)
  }

  /** After a log-in: shows the account and catches up. */
  async entered(): Promise<void> {
    const { account } = this.keeper
    if (!account) return
    this.rooms.begin(account.user)
    this.#setAccount(this.keeper.view)
    // If the connection was lost meanwhile, the next one logs in by itself.
    if (this.session.isLoggedIn) await this.#catchUp.begin()
  }

  /** Forgets everything on this device. */
  async forget(account: Account): Promise<void> {
    this.keeper.drop()
    // First of all: what this connection still brings would be kept for the next account.
    this.session.reconnect()
    this.rooms.forget()
    this.outbox.forget()
    this.profiles.forget()
    this.signs.forget()
    this.views.rooms.clear()
    await this.#saver.forget()
    await this.keeper.forget()
    this.#setAccount(account)
  }

  /** Asks for what may be asked twice, through a lost connection and refusals for now, as long as this account is here. */
  async insist<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const user = this.keeper.account?.user
    return this.#patience.insist(() => {
      const isHere = user !== undefined && this.keeper.account?.user === user
      return isHere ? ask() : Promise.reject(notLoggedIn())
    }, WAIT_AT_MOST_MS)
  }

  /** Resolves when the room can be shown. */
  whenKnown(room: RoomId): Promise<void> {
    return this.#patience.until(
      () => this.views.rooms.has(room),
      WAIT_AT_MOST_MS,
      () => this.keeper.account !== undefined,
    )
  }

  #welcomed(server: ServerView): void {
    this.server = server
    this.events.emit('server', server)
    if (this.keeper.account) this.#background(this.#authenticate())
    else this.#setConnection({ status: 'live' })
  }

  async #authenticate(): Promise<void> {
    const connection = this.#connections
    try {
      await this.keeper.authenticate()
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      if (connection === this.#connections) this.#authenticationRefused(error.refusal)
      return
    }
    await this.entered()
  }

  #authenticationRefused(refusal: Refusal): void {
    switch (refusal.kind) {
      case 'not-logged-in':
        return this.#dismissed('revoked')
      case 'insecure-connection':
        return this.#dismissed(refusal)
      default: {
        const connection = this.#connections
        this.#clock.after(refusal.retryAfterMs ?? AUTHENTICATE_RETRY_MS, () => {
          if (connection === this.#connections) this.#background(this.#authenticate())
        })
      }
    }
  }

  #received(events: readonly Down[]): void {
    for (const event of events) this.#apply(event)
  }

  #apply(event: Down): void {
    switch (event.type) {
      case 'heads':
        return this.#heads(event)
      case 'delivery':
        return this.rooms.delivery(event)
      case 'inbox':
        return this.rooms.inbox(event)
      case 'read':
        return this.signs.read(event)
      case 'received':
        return this.signs.received(event)
      case 'typing':
        return this.signs.typing(event)
      case 'stored':
        return this.#background(this.outbox.stored(event))
      case 'refused':
        return this.#background(this.outbox.refused(event))
      case 'failed':
        return this.#catchUp.failed(event)
    }
  }

  #heads(event: Heads): void {
    this.rooms.heads(event)
    this.signs.heads(event)
    if (event.last) this.#catchUp.ended(event.last)
  }

  #behind(): void {
    this.outbox.disconnected()
    this.#setConnection({ status: 'catching-up' })
  }

  #caughtUp(): void {
    this.session.acknowledge()
    this.#setConnection({ status: 'live' })
    this.outbox.connected()
    this.#background(this.profiles.fetchMissing())
  }

  #lost(): void {
    this.#connections++
    this.#catchUp.lost()
    this.outbox.disconnected()
    this.signs.lost()
    if (this.connection.status !== 'refused') this.#setConnection({ status: 'waiting' })
  }

  #dismissed(why: 'revoked' | Refusal): void {
    if (why === 'revoked') {
      if (this.keeper.account) this.#background(this.forget({ status: 'logged-out', why }))
      return
    }
    this.#setConnection({ status: 'refused', refusal: why })
    this.session.stop()
  }

  #setConnection(connection: Connection): void {
    if (connection.status === this.connection.status) return
    this.connection = connection
    this.events.emit('connection', connection)
  }

  #setAccount(account: Account): void {
    this.account = account
    this.events.emit('account', account)
  }

  /** For work nobody waits for: what can fail in it is the device's storage. */
  #background(work: Promise<unknown>): void {
    work.catch((error) => this.events.emit('store-failed', error))
  }
}

function isReached({ status }: Connection): boolean {
  return status === 'live' || status === 'catching-up'
}
