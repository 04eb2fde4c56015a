import type { Device } from '#protocol/down/devices.ts'
import type { Profile } from '#protocol/down/profiles.ts'
import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import type { DeviceId, RoomId, UserId } from '#protocol/ids.ts'
import type { Settings } from '#protocol/settings.ts'
import { handleClaim, OWNER_CLAIM } from '../directory/claims.ts'
import type { Presence, Subscriber } from '../followers.ts'
import type { Host } from '../ports/host.ts'
import { Devices } from './devices.ts'
import { carryOut, type Effect, effectSchema } from './effects.ts'
import { FileOwner } from './file-owner.ts'
import { Inbox, type InboxDelivery } from './inbox.ts'
import { inviteToServer } from './invitations.ts'
import { isPassword } from './passwords.ts'
import { PerMinute } from './per-minute.ts'
import { PresenceKeeper, type Whereabouts } from './presence.ts'
import { type NewAccount, Registrar, type Registration } from './registrar.ts'
import { RoomList } from './room-list.ts'
import { ACCOUNT_KEY, type AccountRow, accountTable } from './rows.ts'
import type { Attachment, SessionInfo } from './session-info.ts'

const WRONG_CREDENTIALS = refuse('wrong-credentials', 'unknown user or wrong password')
const NO_SUCH_USER = refuse('not-found', 'no such user')
const EXISTS = refuse('forbidden', 'this user exists')
const REVOKED = refuse('not-logged-in', 'this device was logged out')

/** Account, devices, room list, inbox and files of one user. */
export class User extends FileOwner {
  readonly #user: UserId
  readonly #devices = new Devices()
  readonly #rooms = new RoomList()
  readonly #inbox: Inbox
  readonly #registrar: Registrar
  readonly #openings: PerMinute
  readonly #presence: PresenceKeeper
  #account: AccountRow | undefined

  constructor(id: string, host: Host) {
    super(id, host, effectSchema)
    this.#user = id as UserId
    this.#inbox = new Inbox(this.#user, host.storage)
    this.#registrar = new Registrar(this.#user, host.peers)
    this.#openings = new PerMinute('openings', host.limits.roomsPerMinute, host.clock.now())
    this.#presence = new PresenceKeeper({
      user: this.#user,
      host,
      rooms: this.#rooms,
      gateways: () => this.followers.all(),
      commit: (writes) => this.commit(writes),
    })
  }

  override async load(): Promise<void> {
    this.#account = await accountTable.get(this.host.storage, ACCOUNT_KEY)
    await this.#devices.load(this.host.storage)
    await this.#rooms.load(this.host.storage)
    await this.#inbox.load()
    await this.#openings.load(this.host.storage, this.host.clock.now())
    await this.#presence.load()
    await super.load()
  }

  /** Makes the account. The same registration sent again finds it made, and logs the device in. */
  register(registration: Registration, subscriber: Subscriber): Promise<Outcome<SessionInfo>> {
    return this.#registrar.inTurn(async () => {
      if (this.#account?.state === 'active') return this.logIn(registration, subscriber)
      const invited = await this.#registrar.isInvited(registration)
      if ('refused' in invited) return invited
      const hashed = await this.host.peers.hasher().hash(registration.password, registration.network)
      if ('refused' in hashed) return hashed
      const { handle, name } = registration
      const createdAt = this.host.clock.now()
      const pending: AccountRow = { state: 'pending', handle, name, role: 'member', passwordHash: hashed.ok, createdAt }
      this.#account = pending
      await this.commit([accountTable.put(ACCOUNT_KEY, pending)])
      const claimed = await this.#registrar.claim(registration)
      if ('refused' in claimed) return claimed
      const account: AccountRow = { ...pending, state: 'active', role: claimed.ok.role }
      return this.#activate(account, claimed.ok.claims, registration, subscriber)
    })
  }

  /** For the owner: makes another user's account, without a password, and answers the token of its device. */
  async createAccount(user: UserId, account: NewAccount): Promise<Outcome<string>> {
    if (this.#account?.role !== 'owner') return refuse('forbidden', 'only the owner of the server makes accounts')
    return user === this.#user ? EXISTS : this.host.peers.user(user).openAccount(account)
  }

  /** Makes this user's account without a password. Not for a user that exists: that one's token is for nobody else. */
  openAccount(made: NewAccount): Promise<Outcome<string>> {
    return this.#registrar.inTurn(async () => {
      if (this.#account?.state === 'active') return this.durable().then(() => EXISTS)
      const { handle, name } = made
      const account: AccountRow = { state: 'pending', handle, name, role: 'member', createdAt: this.host.clock.now() }
      this.#account = account
      await this.commit([accountTable.put(ACCOUNT_KEY, account)])
      const claimed = await this.#registrar.claimHandle(handle)
      if ('refused' in claimed) return claimed
      const session = await this.#activate({ ...account, state: 'active' }, claimed.ok.claims, made)
      return 'refused' in session ? session : ok(session.ok.token)
    })
  }

  async logIn(
    { password, device, deviceName, network }: Pick<Registration, 'password' | 'device' | 'deviceName' | 'network'>,
    subscriber: Subscriber,
  ): Promise<Outcome<SessionInfo>> {
    const account = this.#account
    if (account?.state !== 'active') return WRONG_CREDENTIALS
    const verified = await isPassword(this.host.peers, account, password, network)
    if ('refused' in verified) return verified
    if (!verified.ok) return WRONG_CREDENTIALS
    const { token, write } = this.#devices.admit(this.#user, device, deviceName, this.host)
    await this.commit([write, ...this.followers.add(subscriber)])
    return ok({ ...this.#session(account, device), token })
  }

  async authenticate(device: DeviceId, secret: string, subscriber: Subscriber): Promise<Outcome<SessionInfo>> {
    const account = this.#account
    if (!account) return NO_SUCH_USER
    if (account.state !== 'active' || !this.#devices.accepts(device, secret)) return this.#revoked()
    const settled = this.#devices.settle(device, secret)
    await this.commit([...settled, ...this.followers.add(subscriber), ...this.#presence.arrived()])
    return ok(this.#session(account, device))
  }

  /** Begins to follow the inbox. Without a cursor the device holds nothing, and begins at the head. */
  async attach(device: DeviceId, cursor: number | undefined, subscriber: Subscriber): Promise<Outcome<Attachment>> {
    if (!this.#devices.has(device)) return this.#revoked()
    // Of one moment, and told when all of it is durable.
    const [{ head }, rooms] = [this.#inbox, this.#rooms.joined()]
    await this.commit([...this.followers.add(subscriber), ...this.#presence.arrived()])
    const start = Math.min(cursor ?? head, head)
    return ok({ cursor: start, missed: await this.#inbox.following(start), rooms })
  }

  /** What a following gateway missed after `after`, a page at most. */
  async replay(subscriber: Subscriber, after: number): Promise<Outcome<InboxDelivery>> {
    if (!this.followers.includes(subscriber)) return refuse('forbidden', 'this gateway does not follow')
    return ok(await this.#inbox.following(after))
  }

  async profile(): Promise<Outcome<Profile>> {
    const account = this.#account
    if (account?.state !== 'active') return NO_SUCH_USER
    await this.durable()
    return ok({ user: this.#user, handle: account.handle, name: account.name })
  }

  /** Where another user is, as far as both let it be known. */
  presenceOf(other: UserId): Promise<Outcome<Whereabouts>> {
    return this.#presence.ask(other)
  }

  presence(asker: UserId): Promise<Outcome<Whereabouts>> {
    return this.#presence.tell(asker)
  }

  /** The last connection of this user to one gateway has ended. */
  async wentAway(from: Subscriber): Promise<Outcome<null>> {
    return this.#account?.state === 'active' ? this.#presence.left(from) : ok(null)
  }

  /** What holds on all devices, after a change of some of it. */
  settings(change: Partial<Settings> = {}): Promise<Outcome<Settings>> {
    return this.#presence.settings(change)
  }

  async devices(): Promise<Outcome<Device[]>> {
    const devices = this.#devices.all().map(([device, { name, createdAt }]): Device => ({ device, name, createdAt }))
    await this.durable()
    return ok(devices)
  }

  /** Ends a device's token, and closes its sockets on every gateway. */
  async revokeDevice(device: DeviceId): Promise<Outcome<null>> {
    const writes = this.#devices.revoke(device)
    const gateways = this.followers.all()
    await this.change(
      writes,
      gateways.map((subscriber): Effect => ({ do: 'disconnect', ...subscriber, device })),
    )
    return ok(null)
  }

  async createInvitation(uses: number): Promise<Outcome<{ code: string; expiresAt: number }>> {
    if (this.#account?.role !== 'owner') return refuse('forbidden', 'only the owner of the server invites')
    return inviteToServer(this.host, uses)
  }

  /** Takes one of the rooms that this user may open in a minute. */
  async takeOpening(): Promise<Outcome<null>> {
    const taken = this.#openings.take(this.host.clock.now())
    if ('waitMs' in taken) return refuse('too-frequent', 'too many new rooms', taken.waitMs)
    await this.commit([taken.write])
    return ok(null)
  }

  roomAdded(room: RoomId, rev: number): Promise<Outcome<null>> {
    return this.#applyMembership(room, rev, true)
  }

  roomRemoved(room: RoomId, rev: number): Promise<Outcome<null>> {
    return this.#applyMembership(room, rev, false)
  }

  /** Whether an account that is made has a claim; the directory may not have heard that it is final. */
  async holdsClaim(claim: string): Promise<Outcome<boolean>> {
    await this.durable()
    const account = this.#account
    if (account?.state !== 'active') return ok(false)
    return ok(claim === handleClaim(account.handle) || (claim === OWNER_CLAIM && account.role === 'owner'))
  }

  /** A directory asks on behalf of another user: an account that is not made yet gives its claim up. */
  async yieldClaim(claim: string): Promise<Outcome<boolean>> {
    if (this.#account?.state !== 'active') this.#registrar.yield(claim)
    const holds = await this.holdsClaim(claim)
    return 'refused' in holds ? holds : ok(!holds.ok)
  }

  protected override carryOut(effect: Effect): Promise<Outcome<unknown>> {
    return carryOut(effect, this.#user, this.host.peers)
  }

  protected override notice(subscriber: Subscriber): Promise<Outcome<Presence>> {
    return this.#deliver(subscriber, this.#inbox.notice())
  }

  async #activate(
    account: AccountRow,
    claims: readonly string[],
    { device, deviceName }: NewAccount,
    subscriber?: Subscriber,
  ): Promise<Outcome<SessionInfo & { readonly token: string }>> {
    // Between the claims and this decision a directory may have asked for one back.
    if (this.#registrar.hasYielded(claims)) return refuse('handle-taken', 'the handle was given to somebody else')
    this.#account = account
    const { token, write } = this.#devices.admit(this.#user, device, deviceName, this.host)
    await this.change(
      [accountTable.put(ACCOUNT_KEY, account), write, ...(subscriber ? this.followers.add(subscriber) : [])],
      [{ do: 'index' }, ...claims.map((claim): Effect => ({ do: 'confirm', claim }))],
    )
    return ok({ ...this.#session(account, device), token })
  }

  async #applyMembership(room: RoomId, rev: number, member: boolean): Promise<Outcome<null>> {
    if (this.#account?.state !== 'active') return NO_SUCH_USER
    const applied = this.#rooms.apply({ room, rev, member, at: this.host.clock.now() }, this.#inbox)
    if (!applied) return this.durable().then(() => ok(null))
    const { delivery, writes } = applied
    await this.commit(writes)
    this.#inbox.settled(delivery)
    void this.publish((subscriber) => this.#deliver(subscriber, delivery))
    return ok(null)
  }

  /** The client forgets everything when it hears this: only a revocation that is durable may say so. */
  #revoked(): Promise<typeof REVOKED> {
    return this.durable().then(() => REVOKED)
  }

  #deliver(subscriber: Subscriber, delivery: InboxDelivery): Promise<Outcome<Presence>> {
    return this.host.peers.gateway(subscriber.gateway).deliverInbox(subscriber.generation, delivery)
  }

  #session({ handle, name, role, restoredAt }: AccountRow, device: DeviceId): SessionInfo {
    return { user: this.#user, device, handle, name, role, ...(restoredAt !== undefined && { restoredAt }) }
  }
}

export type UserCalls = Pick<
  User,
  | 'register'
  | 'logIn'
  | 'authenticate'
  | 'attach'
  | 'replay'
  | 'profile'
  | 'presenceOf'
  | 'presence'
  | 'wentAway'
  | 'settings'
  | 'devices'
  | 'revokeDevice'
  | 'createInvitation'
  | 'takeOpening'
  | 'createAccount'
  | 'openAccount'
  | 'roomAdded'
  | 'roomRemoved'
  | 'declareFile'
  | 'signUpload'
  | 'finishUpload'
  | 'dropFile'
  | 'attachFiles'
  | 'fileReleased'
  | 'holdsClaim'
  | 'yieldClaim'
>
