import { compareStructural, makeAutoObservable, reaction } from 'mobx'
import type { FileInput, Outgoing, RoomView, Snug, UploadView } from '#client/index.ts'
import type { RoomId } from '#protocol/ids.ts'
import type { TextRecord, TimelineRecord } from '#protocol/record.ts'
import { Attempt } from './attempt.ts'
import type { AttentionStore } from './attention-store.ts'
import { ChosenFiles } from './chosen-files.ts'
import { FileUrls } from './file-urls.ts'
import { newerOfOthers } from './others.ts'
import { Pointer } from './pointer.ts'
import type { RoomsStore } from './rooms-store.ts'
import type { ServerStore } from './server-store.ts'
import type { SessionStore } from './session-store.ts'
import { type TimelineRow, timelineRows } from './timeline-rows.ts'

type Sending = 'cancelUpload' | 'discard' | 'retryUpload' | 'send' | 'sendFiles' | 'typing'
type Client = Pick<Snug, Sending | 'fileUrl' | 'loadBackTo' | 'loadOlder' | 'markRead'>

export type ConversationSurroundings = {
  readonly client: Client
  readonly rooms: RoomsStore
  readonly session: SessionStore
  readonly server: Pick<ServerStore, 'fileBytes'>
  readonly attention: AttentionStore
}

const NEAR_START_ROWS = 3

const NO_RECORDS: readonly TimelineRecord[] = []
const NO_MESSAGES: readonly Outgoing[] = []
const NO_UPLOADS: readonly UploadView[] = []

/** One conversation as it is looked at: its rows, how far they were seen, and what that means for the read mark. */
export class ConversationStore {
  readonly id: RoomId
  readonly older = new Attempt()
  readonly chosen: ChosenFiles
  readonly urls: FileUrls
  readonly pointer: Pointer
  atBottom = false
  /** The sequence of the first message that was unread when somebody began to look. */
  unreadFrom: number | undefined = undefined
  /** Counts how often the loaded records began anew because what lies between was not loaded. */
  span = 0
  /** Counts what was sent from here: each time the newest is shown. */
  sends = 0
  /** Counts how often somebody turned to this conversation: each time what they type goes to it. */
  turns = 0
  /** The indexes of the first row that is rendered and the last that is seen. */
  firstShown = 0
  lastShown = 0
  /** The newest sequence on the screen, and the newest that was there while somebody looked. */
  shown = 0
  seen = 0
  /** The head when somebody began to look: what is newer is announced. */
  openedAt = Number.POSITIVE_INFINITY
  /** Whether the server has said since somebody began to look what is new. */
  isCurrent = false
  readonly #around: ConversationSurroundings

  constructor(id: RoomId, around: ConversationSurroundings) {
    this.id = id
    this.#around = around
    this.urls = new FileUrls(id, around.client)
    this.pointer = new Pointer((seq) => around.client.loadBackTo(id, seq))
    this.chosen = new ChosenFiles(() => around.server.fileBytes)
    makeAutoObservable(this, {
      id: false,
      older: false,
      chosen: false,
      urls: false,
      pointer: false,
      firstUnread: false,
      watch: false,
      readersOf: false,
      isReceived: false,
    })
  }

  get room(): RoomView | undefined {
    return this.#around.rooms.get(this.id)
  }

  get records(): readonly TimelineRecord[] {
    return this.room?.records ?? NO_RECORDS
  }

  get outgoing(): readonly Outgoing[] {
    return this.room?.outgoing ?? NO_MESSAGES
  }

  get rows(): readonly TimelineRow[] {
    const { me } = this.#around.session
    const uploads = this.room?.uploads ?? NO_UPLOADS
    return me ? timelineRows({ records: this.records, outgoing: this.outgoing, uploads }, me.user, this.unreadFrom) : []
  }

  /** The index of the first row: records are dense, so a row's index is its sequence. */
  get firstIndex(): number {
    return this.records[0]?.seq ?? (this.room?.head ?? 0) + 1
  }

  /** Whether the newest message is out of sight, below. Rows that are so long that only a part is seen count as seen. */
  get isAbove(): boolean {
    return !this.atBottom && this.lastShown < this.firstIndex + this.rows.length - 1
  }

  /** Whether the oldest loaded rows are about to be seen, while there are older ones. */
  get isNearStart(): boolean {
    return this.room?.complete === false && this.firstShown <= this.firstIndex + NEAR_START_ROWS
  }

  /** Messages of others that are loaded and have not been on the screen. */
  get unseen(): number {
    return this.newerOfOthers(Math.max(this.seen, this.room?.read ?? 0)).length
  }

  /** The newest message of another that came while the conversation was open. */
  get newest(): TextRecord | undefined {
    return this.newerOfOthers(this.openedAt).at(-1)
  }

  /** The sequence of the first message of another above the read mark, if it is loaded. */
  firstUnread(): number | undefined {
    const { room } = this
    return room && room.unread > 0 ? this.newerOfOthers(room.read)[0]?.seq : undefined
  }

  /** How many others have read up to a place. */
  readersOf(seq: number): number {
    let readers = 0
    for (const mark of this.room?.marks.values() ?? []) if (mark >= seq) readers++
    return readers
  }

  /** Whether it has reached a device of the other, in a direct conversation. */
  isReceived(seq: number): boolean {
    return (this.room?.received ?? 0) >= seq
  }

  private get isLive(): boolean {
    return this.#around.session.connection.status === 'live'
  }

  /**
   * The newest sequence on the screen while somebody looks. Nothing is seen while more is about to come: what was unread
   * is known only then.
   */
  private get looked(): number {
    const { attention, session } = this.#around
    return attention.attentive && !session.isArriving ? this.shown : 0
  }

  /** Somebody looks at this conversation until the returned function is called. */
  watch(): () => void {
    this.begin()
    const stops = [
      reaction(
        () => ({ isLive: this.isLive, seq: this.looked }),
        ({ isLive, seq }, before) => {
          if (isLive && !before?.isLive) this.becomeCurrent()
          else if (seq > 0) this.markSeen(seq)
        },
        { fireImmediately: true, equals: compareStructural },
      ),
      reaction(
        () => this.firstIndex,
        (first, before) => first > before && this.beginSpan(),
      ),
      reaction(
        () => this.newestOfOthers,
        (record) => record && this.noticeArrival(record),
      ),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  /** Those of waiting messages lie above the head. */
  show(firstIndex: number, lastIndex: number): void {
    this.firstShown = firstIndex
    this.lastShown = lastIndex
    this.shown = Math.min(lastIndex, this.records.at(-1)?.seq ?? 0)
  }

  setAtBottom(atBottom: boolean): void {
    this.atBottom = atBottom
  }

  turnTo(): void {
    this.turns++
  }

  async loadOlder(): Promise<void> {
    if (this.room?.complete === false) await this.older.run(() => this.#around.client.loadOlder(this.id))
  }

  /** Resolves when the message is safe on this device; rejects when it could not be kept. */
  send(text: string): Promise<void> {
    this.unreadFrom = undefined
    this.sends++
    return this.#around.client.send(this.id, text)
  }

  /** As `send`, with files that are being made ready: whoever sends them is whoever is here now. */
  sendFiles(text: string, files: Promise<readonly FileInput[]>): Promise<void> {
    this.unreadFrom = undefined
    this.sends++
    return this.#around.client.sendFiles(this.id, text, files)
  }

  /** The button that does it goes, and must not take the focus with it; so with `discard`. */
  cancelUpload(id: string): Promise<void> {
    this.turns++
    return this.#around.client.cancelUpload(id)
  }

  retryUpload(id: string): void {
    this.#around.client.retryUpload(id)
  }

  /** Somebody writes here. */
  type(): void {
    this.#around.client.typing(this.id)
  }

  discard(message: Outgoing): Promise<void> {
    this.turns++
    return this.#around.client.discard(message)
  }

  /** As a new message: the refused one has had its answer. */
  async sendAgain(message: Outgoing): Promise<void> {
    this.turns++
    await this.#around.client.send(this.id, message.text)
    await this.#around.client.discard(message)
  }

  private begin(): void {
    this.isCurrent = this.isLive
    this.unreadFrom = this.firstUnread()
    this.openedAt = this.records.at(-1)?.seq ?? 0
    this.atBottom = this.unreadFrom === undefined
    this.shown = 0
    this.firstShown = Number.POSITIVE_INFINITY
    this.older.forget()
    this.pointer.loading.forget()
  }

  private beginSpan(): void {
    this.span++
  }

  /** What came while there was no connection is new; and a list that has just opened opens there. */
  private becomeCurrent(): void {
    const hasJustOpened = !this.isCurrent && this.atBottom
    const first = this.firstUnread()
    this.isCurrent = true
    this.unreadFrom = first ?? this.unreadFrom
    if (first !== undefined && hasJustOpened) this.openAnew()
    else if (this.looked > 0) this.markSeen(this.looked)
  }

  private openAnew(): void {
    this.shown = 0
    this.atBottom = false
    this.beginSpan()
  }

  private markSeen(seq: number): void {
    if (seq <= this.seen) return
    this.seen = seq
    this.#around.client.markRead(this.id, seq)
  }

  /** What comes while nobody looks is marked as new for when they return. */
  private noticeArrival(record: TextRecord): void {
    const { attention, session } = this.#around
    if (attention.attentive || session.isArriving) return
    const alreadyNew = this.unreadFrom !== undefined && this.unreadFrom > this.seen
    if (!alreadyNew) this.unreadFrom = this.firstUnread() ?? record.seq
  }

  private get newestOfOthers(): TextRecord | undefined {
    const me = this.#around.session.me?.user
    return this.records.findLast((record) => record.kind === 'text' && record.by !== me) as TextRecord | undefined
  }

  private newerOfOthers(seq: number): TextRecord[] {
    return newerOfOthers(this.records, this.#around.session.me?.user, seq)
  }
}
