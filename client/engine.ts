import { createNanoEvents } from 'nanoevents'
import type { Heads } from '#protocol/down/heads.ts'
import type { Down } from '#protocol/down.ts'
import type { Refusal } from '#protocol/errors.ts'
import type { RoomId } from '#protocol/ids.ts'
import { AccountKeeper } from './account-keeper.ts'
import type { Account, ClientEvents, Connection, RoomView, ServerView } from './model.ts'
import { Outbox } from './outbox.ts'
import type { Clock } from './ports/clock.ts'
import type { Link } from './ports/link.ts'
import type { Random } from './ports/random.ts'
import type { Store } from './ports/store.ts'
import { Profiles } from './profiles.ts'
import { ReadMarks } from './read-marks.ts'
import { offline, RefusedError } from './refused-error.ts'
import { Rooms } from './rooms.ts'
import { Saver } from './saver.ts'
import { Session } from './session.ts'

/** A sync that was refused for a passing reason is asked again after this. */
const SYNC_RETRY_MS = 2_000

/** A request made before the first connection waits this long for it. */
const CONNECT_WITHIN_MS = 10_000

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
  readonly views = new Map<RoomId, RoomView>()
  readonly session: Session
  readonly keeper: AccountKeeper
  readonly rooms: Rooms
  readonly outbox: Outbox
  readonly profiles: Profiles
  readonly readMarks: ReadMarks
  connection: Connection = { status: 'stopped' }
  account: Account = { status: 'loading' }
  server: ServerView | undefined = undefined
  readonly #clock: Clock
  readonly #saver: Saver
  readonly #changed = new Set<RoomId>()
  #welcome = Promise.withResolvers<void>()

  constructor({ link, store, clock, random, deviceName, clientName }: EngineParts) {
    this.#clock = clock
    this.session = new Session(link, clock, clientName, {
      connecting: () => this.#setConnection({ status: 'connecting' }),
      welcomed: ({ server, transport }) => this.#welcomed({ name: server, transport }),
      received: (events) => this.#received(events),
      lost: () => this.#lost(),
      lagging: () => this.#background(this.#catchUp()),
      dismissed: (why) => this.#dismissed(why),
    })
    this.#saver = new Saver(store, (error) => this.events.emit('store-failed', error))
    this.keeper = new AccountKeeper(store, this.session, random, deviceName)
    this.outbox = new Outbox(
      { store, clock, random },
      { send: (event) => this.session.say(event), changed: (room) => this.#touch(room) },
    )
    this.rooms = new Rooms(store, this.#saver, {
      changed: (room) => this.#touch(room),
      gone: (room) => this.#touch(room),
      seen: (room, records, upTo) => this.#background(this.outbox.seen(room, records, upTo)),
      behind: () => this.#background(this.#catchUp()),
      history: async (room, direction, anchor, limit) =>
        (await this.session.ask({ type: 'history', room, direction, anchor, limit }, 'page')).records,
    })
    this.profiles = new Profiles(
      store,
      async (users) => (await this.session.ask({ type: 'get-profiles', users }, 'profiles')).profiles,
      (profile) => this.events.emit('profile', profile),
    )
    this.readMarks = new ReadMarks(clock, (room, seq) => this.session.say({ type: 'mark-read', room, seq }))
  }

  async start(): Promise<void> {
    await this.keeper.load()
    const { account } = this.keeper
    if (account) await Promise.all([this.profiles.load(), this.outbox.load(), this.rooms.load(account.user)])
    for (const room of this.rooms.ids()) this.#show(room)
    this.#setAccount(this.keeper.view)
    this.session.start()
  }

  async stop(): Promise<void> {
    this.session.stop()
    this.#setConnection({ status: 'stopped' })
    await this.#saver.settled()
  }

  /** Resolves when the server has been reached; rejects when that takes too long. */
  welcome(): Promise<void> {
    const { promise, reject } = Promise.withResolvers<void>()
    const stop = this.#clock.after(CONNECT_WITHIN_MS, () => reject(offline()))
    return Promise.race([this.#welcome.promise, promise]).finally(stop)
  }

  /** After a log-in: shows the account and catches up. */
  async entered(): Promise<void> {
    const { account } = this.keeper
    if (account) this.rooms.begin(account.user)
    this.#setAccount(this.keeper.view)
    await this.#catchUp()
  }

  /** Forgets everything on this device. */
  async forget(account: Account): Promise<void> {
    this.rooms.forget()
    this.outbox.forget()
    this.profiles.forget()
    this.readMarks.forget()
    this.views.clear()
    await this.#saver.settled()
    await this.keeper.forget()
    this.#setAccount(account)
    this.session.reconnect()
  }

  /** Resolves when the room can be shown. */
  whenKnown(room: RoomId): Promise<void> {
    if (this.views.has(room)) return Promise.resolve()
    return new Promise((resolve) => {
      const stop = this.events.on('room', ({ id }) => {
        if (id !== room) return
        stop()
        resolve()
      })
    })
  }

  #welcomed(server: ServerView): void {
    this.server = server
    this.events.emit('server', server)
    this.#welcome.resolve()
    if (this.keeper.account) this.#background(this.#authenticate())
    else this.#setConnection({ status: 'live' })
  }

  async #authenticate(): Promise<void> {
    try {
      await this.keeper.authenticate()
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      return this.#authenticationRefused(error.refusal)
    }
    await this.entered()
  }

  #authenticationRefused(refusal: Refusal): void {
    switch (refusal.kind) {
      case 'not-logged-in':
        return this.#dismissed('revoked')
      case 'insecure-connection':
        return this.#dismissed(refusal)
      // Busy, or cut off: try again on a connection that still stands.
      default:
        this.#clock.after(refusal.retryAfterMs ?? SYNC_RETRY_MS, () => {
          if (this.connection.status === 'connecting') this.session.reconnect()
        })
    }
  }

  async #catchUp(): Promise<void> {
    this.outbox.disconnected()
    this.#setConnection({ status: 'catching-up' })
    try {
      await this.session.ask({ type: 'sync', ...this.rooms.held }, 'ready', ({ inbox, rooms }) =>
        this.rooms.ready(inbox, rooms),
      )
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      if (error.refusal.kind === 'not-logged-in') return this.#dismissed('revoked')
      this.#catchUpLater(error.refusal.retryAfterMs ?? SYNC_RETRY_MS)
    }
  }

  /** On this connection; the next one catches up by itself. */
  #catchUpLater(ms: number): void {
    const welcome = this.#welcome
    this.#clock.after(ms, () => {
      const { status } = this.connection
      const stands = welcome === this.#welcome && (status === 'catching-up' || status === 'live')
      if (stands) this.#background(this.#catchUp())
    })
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
        return this.rooms.read(event)
      case 'stored':
        return this.#background(this.outbox.stored(event))
      case 'refused':
        return this.#background(this.outbox.refused(event))
    }
  }

  #heads(event: Heads): void {
    this.rooms.heads(event)
    for (const { room, read } of event.heads) {
      const here = this.rooms.get(room)?.read ?? 0
      if (here > read) this.readMarks.mark(room, here)
    }
    if (event.last === 'incomplete') this.#catchUpLater(SYNC_RETRY_MS)
    if (event.last) this.#caughtUp()
  }

  #caughtUp(): void {
    this.session.acknowledge()
    this.#setConnection({ status: 'live' })
    this.outbox.connected()
    this.#background(this.profiles.fetchMissing())
  }

  #lost(): void {
    this.#welcome = Promise.withResolvers<void>()
    this.outbox.disconnected()
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

  /** Views change together, after the turn that changed them. */
  #touch(room: RoomId): void {
    if (this.#changed.size === 0) {
      void Promise.resolve().then(() => {
        const changed = [...this.#changed]
        this.#changed.clear()
        for (const id of changed) this.#show(id)
      })
    }
    this.#changed.add(room)
  }

  #show(room: RoomId): void {
    const view = this.rooms.get(room)?.toView(this.outbox.of(room))
    if (view) {
      this.views.set(room, view)
      this.events.emit('room', view)
    } else if (this.views.delete(room)) this.events.emit('room-gone', room)
  }

  #setConnection(connection: Connection): void {
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
