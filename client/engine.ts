import { createNanoEvents } from 'nanoevents'
import type { Heads } from '#protocol/down/heads.ts'
import type { Down } from '#protocol/down.ts'
import type { Refusal } from '#protocol/errors.ts'
import type { RoomId } from '#protocol/ids.ts'
import { AccountKeeper } from './account-keeper.ts'
import { CatchUp } from './catch-up.ts'
import { Uploads } from './files/uploads.ts'
import { type Account, type ClientEvents, type Connection, isReached, type ServerView } from './model.ts'
import { Neighbourhood, type Word } from './neighbourhood.ts'
import { Occupancy } from './occupancy.ts'
import { Outbox } from './outbox.ts'
import { OwnRows } from './own-rows.ts'
import { Patience } from './patience.ts'
import type { Clock } from './ports/clock.ts'
import type { Link } from './ports/link.ts'
import type { Neighbours } from './ports/neighbours.ts'
import type { Random } from './ports/random.ts'
import type { Store } from './ports/store.ts'
import type { Transfer } from './ports/transfer.ts'
import { Profiles } from './profiles.ts'
import { Recognition } from './recognition.ts'
import { notLoggedIn } from './refused-error.ts'
import { Rooms } from './rooms.ts'
import { Saver } from './saver.ts'
import { Session } from './session.ts'
import { Signs } from './signs.ts'
import { Views } from './views.ts'

/** For the first connection, for what may be asked twice, for a room that was just opened. */
const WAIT_AT_MOST_MS = 10_000

export type EngineParts = {
  link: Link
  store: Store
  clock: Clock
  random: Random
  transfer: Transfer
  deviceName: string
  clientName: string
  neighbours?: Neighbours | undefined
}

/** The sync engine: connects, catches up, applies what comes, sends what waits, and says what changed. */
export class Engine {
  readonly events = createNanoEvents<ClientEvents>()
  readonly views: Views
  readonly session: Session
  readonly keeper: AccountKeeper
  readonly rooms: Rooms
  readonly outbox: Outbox
  readonly uploads: Uploads
  readonly profiles: Profiles
  readonly signs: Signs
  readonly occupancy: Occupancy
  connection: Connection = { status: 'stopped' }
  account: Account = { status: 'loading' }
  server: ServerView | undefined = undefined
  readonly #patience: Patience
  readonly #saver: Saver
  readonly #catchUp: CatchUp
  readonly #recognition: Recognition
  #started = false

  constructor({ link, store, clock, random, transfer, deviceName, clientName, ...parts }: EngineParts) {
    const rows = new OwnRows(store)
    const neighbours = new Neighbourhood(parts.neighbours, () => rows.user)
    this.session = new Session(link, clock, clientName, {
      welcomed: ({ server, transport, fileMib = 0 }) => this.#welcomed({ name: server, transport, fileMib }),
      received: (events) => this.#received(events),
      lost: () => this.#lost(),
      unreached: () => this.connection.status === 'connecting' && this.#setConnection({ status: 'waiting' }),
      lagging: () => this.#catchUp.again(),
      stalls: (is) =>
        this.connection.status === (is ? 'live' : 'stalled') &&
        this.#setConnection({ status: is ? 'stalled' : 'live' }),
      dismissed: (why) => this.#dismissed(why),
    })
    this.views = new Views({
      view: (room) =>
        this.rooms.get(room)?.toView(this.outbox.of(room), this.uploads.of(room), this.signs.typists.of(room)),
      changed: (view) => this.events.emit('room', view),
      gone: (room) => this.events.emit('room-gone', room),
    })
    this.#patience = new Patience(clock, this.events, () => this.connection)
    this.#catchUp = new CatchUp(clock, {
      sync: (answered) =>
        this.session.ask({ type: 'sync', ...this.rooms.say() }, 'ready', ({ re, inbox, rooms }) => {
          answered(re)
          this.rooms.ready(inbox, rooms)
        }),
      behind: () => this.#behind(),
      caughtUp: () => this.#caughtUp(),
      unknown: () => this.#dismissed('revoked'),
    })
    const storeFailed = (error: unknown) => this.events.emit('store-failed', error)
    this.#saver = new Saver(rows, storeFailed)
    this.keeper = new AccountKeeper({
      store,
      rows,
      neighbours,
      session: this.session,
      clock,
      random,
      deviceName,
      restored: () => this.rooms.startOver(),
      storeFailed,
    })
    this.#recognition = new Recognition(clock, this.keeper, {
      entered: () => this.entered(),
      dismissed: (why) => this.#dismissed(why),
    })
    neighbours.listen((word) => this.#heard(word), storeFailed)
    const ports = { store: rows, clock, random, neighbours }
    this.outbox = new Outbox(ports, {
      send: (event) => this.session.say(event),
      changed: (room) => this.views.touch(room),
    })
    this.uploads = new Uploads(
      { ...ports, session: this.session, transfer, departures: () => this.keeper.departures },
      {
        changed: (room) => this.views.touch(room),
        compose: (room, text, files, upload) => this.outbox.composeFrom(upload, room, text, files),
        storeFailed,
      },
    )
    this.rooms = new Rooms(rows, this.#saver, {
      changed: (room) => this.views.touch(room),
      gone: (room) => {
        this.signs.drop(room)
        this.views.touch(room)
      },
      seen: (room, records, upTo) => {
        this.signs.seen(room, records)
        this.session.unstored.seen(room, records)
        this.#background(this.outbox.seen(room, records, upTo))
      },
      missed: () => this.#catchUp.missed(),
      history: async (room, direction, anchor, limit) =>
        (await this.session.ask({ type: 'history', room, direction, anchor, limit }, 'page')).records,
    })
    this.profiles = new Profiles(
      rows,
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
    this.occupancy = new Occupancy(this, this.#saver, (account) => this.#setAccount(account))
  }

  async start(): Promise<void> {
    this.#started = true
    this.#setConnection({ status: 'connecting' })
    await this.occupancy.open()
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

  /** Because somebody wants it: no connection was lost. */
  reconnect(): void {
    this.session.reconnect()
    if (this.connection.status !== 'refused') this.#setConnection({ status: 'connecting' })
  }

  #welcomed(server: ServerView): void {
    this.server = server
    this.events.emit('server', server)
    if (this.keeper.account) this.#background(this.#recognition.begin())
    else this.#setConnection({ status: 'live' })
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
    this.views.showTouched()
    this.#setConnection({ status: 'live' })
    this.outbox.connected()
    this.uploads.connected()
    this.#background(this.profiles.fetchMissing())
  }

  #lost(): void {
    this.#recognition.lost()
    this.#catchUp.lost()
    this.outbox.disconnected()
    this.uploads.disconnected()
    this.signs.lost()
    if (this.connection.status !== 'refused') this.#setConnection({ status: 'waiting' })
  }

  #dismissed(why: 'revoked' | Refusal): void {
    if (why !== 'revoked') {
      this.#setConnection({ status: 'refused', refusal: why })
      this.session.stop()
    } else if (this.keeper.account) this.#background(this.occupancy.revoked())
  }

  async #heard(word: Word): Promise<void> {
    if (word.word !== 'account') return this.occupancy.heard(word)
    if (this.#started) await this.occupancy.follow(word.unsent)
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
