import type { Member } from '#protocol/down/members.ts'
import { refuse } from '#protocol/errors.ts'
import { textSchema } from '#protocol/fields.ts'
import { type DeviceId, type FileId, makeId, type RoomId, type UserId } from '#protocol/ids.ts'
import type { TextRecord } from '#protocol/record.ts'
import type { Settings } from '#protocol/settings.ts'
import type { LogInInput, RegistrationInput } from './account-keeper.ts'
import { Engine } from './engine.ts'
import { type HeldFiles, withFiles } from './held-files.ts'
import { WebSocketLink } from './links/websocket-link.ts'
import {
  type Account,
  type ClientEvents,
  type Connection,
  type DeviceView,
  type FileInput,
  isReached,
  type Outgoing,
  type PresenceView,
  type ProfileView,
  type RoomView,
  type ServerView,
  type StrandedView,
} from './model.ts'
import { type Clock, systemClock } from './ports/clock.ts'
import type { Link } from './ports/link.ts'
import type { Neighbours } from './ports/neighbours.ts'
import { type Random, systemRandom } from './ports/random.ts'
import type { Store } from './ports/store.ts'
import type { Transfer } from './ports/transfer.ts'
import { notLoggedIn, RefusedError } from './refused-error.ts'
import { FetchTransfer } from './transfers/fetch-transfer.ts'

export type SnugOptions = {
  /** `ws://` or `wss://`, ending in `/ws`. */
  url: string
  /** Cache and outbox of this device. */
  store: Store
  /** What the device list shows. */
  deviceName: string
  clientName?: string
  /** For hosts that bring their own; the defaults are the WebSocket, clock and random source of the platform. */
  link?: Link
  clock?: Clock
  random?: Random
  transfer?: Transfer
  /** Other clients on this store, such as tabs of one browser; without it this one has the store for itself. */
  neighbours?: Neighbours | undefined
}

/**
 * One account on one device. What it shows is there at once, from the device, and kept true; requests reject with
 * RefusedError when the server refuses or cannot be reached.
 */
export class Snug {
  readonly #engine: Engine
  readonly #random: Random

  constructor({ url, store, deviceName, clientName = 'sdk', ...ports }: SnugOptions) {
    const { link = new WebSocketLink(url), clock = systemClock, random = systemRandom, neighbours } = ports
    const { transfer = new FetchTransfer(originOf(url)) } = ports
    this.#random = random
    this.#engine = new Engine({ link, store, clock, random, transfer, deviceName, clientName, neighbours })
  }

  get connection(): Connection {
    return this.#engine.connection
  }

  /** What the server said of itself; undefined until it was reached. */
  get server(): ServerView | undefined {
    return this.#engine.server
  }

  get account(): Account {
    return this.#engine.account
  }

  get rooms(): ReadonlyMap<RoomId, RoomView> {
    return this.#engine.views.rooms
  }

  /** What has not been sent to rooms that this user is no longer in. */
  get stranded(): StrandedView[] {
    const { outbox, uploads, rooms } = this.#engine
    const left = [...new Set([...outbox.rooms, ...uploads.rooms])].filter((id) => !rooms.get(id))
    return left.map((id) => ({ id, outgoing: outbox.of(id), uploads: uploads.of(id) }))
  }

  /** Listens; the returned function stops it. */
  on<Event extends keyof ClientEvents>(event: Event, listener: ClientEvents[Event]): () => void {
    return this.#engine.events.on(event, listener)
  }

  /** Resolves when what is on the device can be seen; connects in the background. */
  start(): Promise<void> {
    return this.#engine.start()
  }

  /** Disconnects; resolves when everything is written. */
  stop(): Promise<void> {
    return this.#engine.stop()
  }

  /** Connects anew without waiting: a person asks for it, or the network has changed under the connection. */
  reconnectNow(): void {
    if (this.connection.status === 'waiting' || isReached(this.connection)) this.#engine.reconnect()
  }

  /** Makes an account with an invitation, and logs this device in. */
  async register(input: RegistrationInput): Promise<void> {
    await this.#engine.welcome()
    await this.#engine.keeper.register(input)
    await this.#engine.entered()
  }

  async logIn(input: LogInInput): Promise<void> {
    await this.#engine.welcome()
    await this.#engine.keeper.logIn(input)
    await this.#engine.entered()
  }

  /** Ends this device's token if the server can be reached, and forgets everything on this device. */
  async logOut(): Promise<void> {
    if (await this.#engine.keeper.revoke()) await this.#engine.occupancy.forget()
  }

  /** Resolves when the message is safe in the outbox of this device. */
  async send(room: RoomId, text: string): Promise<void> {
    // It would be sent by whoever logs in next.
    if (this.account.status !== 'loading' && !this.#engine.keeper.account) throw notLoggedIn()
    checkText(text)
    this.#engine.signs.typists.sent(room)
    await this.#engine.outbox.compose(room, text)
  }

  /**
   * As `send`, with files, which may still be in the making: resolves when all of it is safe on this device. The message
   * is sent when they are there. Whoever logs out before that has not sent it.
   */
  async sendFiles(
    room: RoomId,
    text: string,
    files: readonly FileInput[] | Promise<readonly FileInput[]>,
  ): Promise<void> {
    if (this.account.status !== 'loading' && !this.#engine.keeper.account) throw notLoggedIn()
    if (text !== '') checkText(text)
    await this.#engine.uploads.add(room, text, files)
  }

  /** Gives up a message whose files are on their way. */
  cancelUpload(id: string): Promise<void> {
    return this.#engine.uploads.cancel(id)
  }

  /** After a refusal. */
  retryUpload(id: string): void {
    this.#engine.uploads.retry(id)
  }

  /**
   * Where a file that a message names can be had, and until when (ms). A URL without a host is of the server. To save: a
   * browser that follows it then saves the file, whatever it is.
   */
  async fileUrl(room: RoomId, file: FileId, to: 'show' | 'save' = 'show'): Promise<{ url: string; until: number }> {
    const save = to === 'save' ? { save: true } : {}
    const { url, until } = await this.#engine.session.ask({ type: 'get-file', room, file, ...save }, 'file-url')
    return { url, until }
  }

  discard(message: Outgoing): Promise<void> {
    return this.#engine.outbox.discard(message)
  }

  loadOlder(room: RoomId): Promise<void> {
    return this.#engine.rooms.loadOlder(room)
  }

  /** Loads older records until a place is among them, through a connection that is lost for a moment. */
  loadBackTo(room: RoomId, seq: number): Promise<void> {
    return this.#engine.rooms.loadBackTo(room, seq, (ask) => this.#engine.insist(ask))
  }

  /** The messages with files on this device, which holds all from `from` on. */
  async filesHeld(room: RoomId): Promise<HeldFiles> {
    return (await this.#engine.rooms.filesHeld(room)) ?? { records: [], from: Number.POSITIVE_INFINITY }
  }

  /** The newest messages with files before a place, the newest first, and whether there are more. */
  async filesBefore(room: RoomId, before: number): Promise<{ records: readonly TextRecord[]; more: boolean }> {
    const { records, more } = await this.#engine.session.ask({ type: 'list-files', room, before }, 'files')
    return { records: withFiles(records), more }
  }

  markRead(room: RoomId, seq: number): void {
    this.#engine.signs.markRead(room, seq)
  }

  /** Somebody writes here. May be called at every key: it is said every few seconds. */
  typing(room: RoomId): void {
    this.#engine.signs.type(room)
  }

  /** Of somebody who takes part in a direct room with this user. */
  async presence(user: UserId): Promise<PresenceView> {
    const { online, seenAt } = await this.#engine.session.ask({ type: 'get-presence', user }, 'presence')
    return { online, ...(seenAt !== undefined && { seenAt }) }
  }

  /** Of this account, the same on all its devices. */
  async settings(): Promise<Settings> {
    return settingsIn(await this.#engine.session.ask({ type: 'get-settings' }, 'settings'))
  }

  /** What is not named stays. Resolves with what holds then. */
  async changeSettings(change: Partial<Settings>): Promise<Settings> {
    return settingsIn(await this.#engine.session.ask({ type: 'change-settings', ...change }, 'settings'))
  }

  async findUser(handle: string): Promise<ProfileView> {
    const { profiles } = await this.#engine.session.ask({ type: 'find-user', handle }, 'profiles')
    const [profile] = profiles
    if (!profile) throw new RefusedError(refuse('not-found', 'no such user').refused)
    this.#engine.profiles.learn(profile)
    return profile
  }

  profile(user: UserId): ProfileView | undefined {
    return this.#engine.profiles.get(user)
  }

  async openDirect(user: UserId): Promise<RoomId> {
    const ask = () => this.#engine.session.ask({ type: 'open-direct', user }, 'opened')
    const { room } = await this.#engine.insist(ask)
    await this.#engine.whenKnown(room)
    return room
  }

  newGroupId(): RoomId {
    return makeId('group', this.#random(16))
  }

  /** Resolves when the group can be shown. Who may have to call it again passes the same id again: it is opened once. */
  async createGroup(title: string, members: UserId[], room = this.newGroupId()): Promise<RoomId> {
    await this.#engine.insist(() => this.#engine.session.ask({ type: 'create-group', room, title, members }, 'opened'))
    await this.#engine.whenKnown(room)
    return room
  }

  async members(room: RoomId): Promise<Member[]> {
    return (await this.#engine.session.ask({ type: 'list-members', room }, 'members')).members
  }

  async invite(room: RoomId, users: UserId[]): Promise<void> {
    await this.#engine.session.ask({ type: 'invite-members', room, users }, 'done')
  }

  async leave(room: RoomId): Promise<void> {
    await this.#engine.session.ask({ type: 'leave', room }, 'done')
  }

  /** Takes another out of a group that one owns. */
  async removeMember(room: RoomId, user: UserId): Promise<void> {
    await this.#engine.session.ask({ type: 'remove-member', room, user }, 'done')
  }

  async createInvitation(uses: number): Promise<{ code: string; expiresAt: number }> {
    const { code, expiresAt } = await this.#engine.session.ask({ type: 'create-invitation', uses }, 'invitation')
    return { code, expiresAt }
  }

  async devices(): Promise<DeviceView[]> {
    const { devices } = await this.#engine.session.ask({ type: 'list-devices' }, 'devices')
    return devices.map((device) => ({ ...device, current: device.device === this.#engine.keeper.account?.device }))
  }

  async revokeDevice(device: DeviceId): Promise<void> {
    await this.#engine.session.ask({ type: 'revoke-device', device }, 'done')
  }
}

function checkText(text: string): void {
  const parsed = textSchema.safeParse(text)
  if (parsed.success) return
  const reason = parsed.error.issues[0]?.message ?? 'not a text'
  throw new RefusedError(refuse(reason.startsWith('over') ? 'too-large' : 'malformed', reason).refused)
}

function settingsIn({ showsPresence }: Settings): Settings {
  return { showsPresence }
}

/** Of the server, as HTTP knows it. */
function originOf(url: string): string {
  return url.replace(/^ws/, 'http').replace(/^([a-z]+:\/\/[^/]*).*$/, '$1')
}
