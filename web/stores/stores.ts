import type { Neighbours, RoomView, Snug, Store } from '#client/index.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { Preferences } from '../preferences.ts'
import { AttentionStore } from './attention-store.ts'
import { ClockStore } from './clock-store.ts'
import { ConversationStore } from './conversation-store.ts'
import { DevicesStore } from './devices-store.ts'
import { DirectForm } from './direct-form.ts'
import { DraftsStore } from './drafts-store.ts'
import { GroupForm } from './group-form.ts'
import { InvitationForm } from './invitation-form.ts'
import { LocaleStore } from './locale-store.ts'
import { MembersStore } from './members-store.ts'
import { PresenceStore } from './presence-store.ts'
import { ProfilesStore } from './profiles-store.ts'
import { RoomsStore } from './rooms-store.ts'
import { SendingSlips } from './sending-slips.ts'
import { ServerStore } from './server-store.ts'
import { SessionStore } from './session-store.ts'
import { SettingsStore } from './settings-store.ts'
import { SharedFilesStore } from './shared-files-store.ts'
import { ThemeStore } from './theme-store.ts'

export type StoresParts = {
  readonly client: Snug
  readonly drafts: Store
  /** Where other tabs tell of theirs. */
  readonly draftsElsewhere?: Neighbours | undefined
  readonly preferences: Preferences
  /** The browser's languages, as BCP 47 tags, the dearest first. */
  readonly languages: readonly string[]
  /** The full address of an invitation code. */
  readonly invitationLink: (code: string) => string
  /** ms since 1970 */
  readonly now: number
}

/** All that the page remembers, put together once. What is opened and closed is made here too, where it is opened. */
export class Stores {
  readonly session: SessionStore
  readonly server: ServerStore
  readonly profiles: ProfilesStore
  readonly rooms: RoomsStore
  readonly drafts: DraftsStore
  readonly locale: LocaleStore
  readonly theme: ThemeStore
  readonly clock: ClockStore
  readonly attention = new AttentionStore()
  readonly #client: Snug
  readonly #invitationLink: (code: string) => string
  readonly #conversations = new Map<RoomId, ConversationStore>()

  constructor({ client, drafts, draftsElsewhere, preferences, languages, invitationLink, now }: StoresParts) {
    this.#client = client
    this.#invitationLink = invitationLink
    this.session = new SessionStore(client)
    this.server = new ServerStore(client, preferences)
    this.profiles = new ProfilesStore(client)
    this.rooms = new RoomsStore(client, this.profiles)
    this.drafts = new DraftsStore(drafts, new SendingSlips(preferences), draftsElsewhere)
    this.locale = new LocaleStore(preferences, languages)
    this.theme = new ThemeStore(preferences)
    this.clock = new ClockStore(now)
    client.on('room', (room) => void this.#recover([room]))
    client.on('room-gone', (room) => this.#conversations.delete(room))
    client.on('account', (account) => {
      if (account.status === 'logged-in') void this.#enter(account.user)
      if (account.status === 'logged-out') this.#forget()
    })
  }

  /** Resolves when what is on this device can be shown. */
  start(): Promise<void> {
    return this.#client.start()
  }

  conversation(room: RoomId): ConversationStore {
    const known = this.#conversations.get(room)
    if (known) return known
    const { session, server, rooms, attention } = this
    const conversation = new ConversationStore(room, { client: this.#client, session, server, rooms, attention })
    this.#conversations.set(room, conversation)
    return conversation
  }

  newDirect(): DirectForm {
    return new DirectForm(this.#client, this.session)
  }

  newGroup(): GroupForm {
    return new GroupForm(this.#client, this.session)
  }

  newInvitation(): InvitationForm {
    return new InvitationForm(this.#client, this.#invitationLink)
  }

  members(room: RoomId): MembersStore {
    return new MembersStore(room, { client: this.#client, session: this.session, rooms: this.rooms })
  }

  sharedFiles(room: RoomId): SharedFilesStore {
    return new SharedFilesStore(room, { client: this.#client, session: this.session, rooms: this.rooms })
  }

  presence(room: RoomId, user: UserId): PresenceStore {
    const { session, rooms, attention, clock } = this
    return new PresenceStore(room, user, { client: this.#client, session, rooms, attention, clock })
  }

  devices(): DevicesStore {
    return new DevicesStore(this.#client)
  }

  settings(): SettingsStore {
    return new SettingsStore(this.#client)
  }

  async #enter(user: UserId): Promise<void> {
    await this.drafts.enter(user)
    await this.#recover(this.#client.rooms.values())
  }

  /** What an earlier page was sending when it was cut off. */
  async #recover(rooms: Iterable<RoomView>): Promise<void> {
    if (this.session.me) await this.drafts.recover(rooms)
  }

  #forget(): void {
    this.#conversations.clear()
    this.profiles.forget()
    void this.drafts.forgetAll()
  }
}
