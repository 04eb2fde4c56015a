import { makeAutoObservable, observable, reaction, runInAction } from 'mobx'
import type { RoomView, Snug } from '#client/index.ts'
import type { Attachment } from '#protocol/file.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import type { TextRecord, TimelineRecord } from '#protocol/record.ts'
import { isPicture } from '../files/kinds.ts'
import { Attempt } from './attempt.ts'
import type { RoomsStore } from './rooms-store.ts'
import type { SessionStore } from './session-store.ts'

/** A file, and the message that it came with. */
export type SharedFile = {
  readonly key: string
  readonly file: Attachment
  readonly seq: number
  readonly at: number
  readonly by: UserId
}

export type SharedFilesSurroundings = {
  readonly client: Pick<Snug, 'filesHeld' | 'filesBefore'>
  readonly rooms: Pick<RoomsStore, 'get'>
  readonly session: Pick<SessionStore, 'connection'>
}

/**
 * The files of one conversation, newest first: those on the device at once, older ones from the server as far as somebody
 * looks, and new ones when they come.
 */
export class SharedFilesStore {
  readonly loading = new Attempt()
  readonly #room: RoomId
  readonly #around: SharedFilesSurroundings
  readonly #found = observable.map<number, TextRecord>({}, { deep: false })
  /** From there on all are found; undefined while it is not known what the device holds. */
  private from: number | undefined = undefined
  /** Up to there all were found when the device was last looked through. */
  private upTo = 0

  constructor(room: RoomId, around: SharedFilesSurroundings) {
    this.#room = room
    this.#around = around
    makeAutoObservable(this, { loading: false, watch: false })
  }

  get pictures(): readonly SharedFile[] {
    return this.all.filter(({ file }) => isPicture(file))
  }

  get others(): readonly SharedFile[] {
    return this.all.filter(({ file }) => !isPicture(file))
  }

  /** Whether it is known what the device holds. */
  get isOpen(): boolean {
    return this.from !== undefined
  }

  /** Whether there are no more than these. */
  get isComplete(): boolean {
    return this.from !== undefined && this.from <= (this.room?.floor ?? 0)
  }

  /** Somebody looks at them until the returned function is called. */
  watch(): () => void {
    return reaction(
      () => this.#around.session.connection.status === 'live',
      (isLive, before) => (isLive || before === undefined) && void this.begin(),
      { fireImmediately: true },
    )
  }

  async loadMore(): Promise<void> {
    const { from } = this
    if (from === undefined || this.isComplete) return
    await this.loading.run(async () => {
      const { records, more } = await this.#around.client.filesBefore(this.#room, from)
      runInAction(() => {
        this.find(records)
        this.from = more ? (records.at(-1)?.seq ?? 0) : 0
      })
    })
  }

  private get room(): RoomView | undefined {
    return this.#around.rooms.get(this.#room)
  }

  private get all(): readonly SharedFile[] {
    const found = new Map(this.#found)
    for (const record of this.room?.records ?? []) if (hasFiles(record)) found.set(record.seq, record)
    return [...found.values()].sort((a, b) => b.seq - a.seq).flatMap(filesOf)
  }

  /** What failed without a connection is tried again with one. */
  private begin(): Promise<void> {
    this.loading.forget()
    return this.lookThrough()
  }

  /** What this device holds. Where something between that and what was found before is missing, it begins anew. */
  private async lookThrough(): Promise<void> {
    const { records, from } = await this.#around.client.filesHeld(this.#room)
    runInAction(() => {
      const joins = this.from !== undefined && from <= this.upTo + 1
      if (!joins) this.#found.clear()
      this.from = joins ? Math.min(this.from ?? from, from) : from
      this.upTo = this.room?.records.at(-1)?.seq ?? 0
      this.find(records)
    })
  }

  private find(records: readonly TextRecord[]): void {
    for (const record of records) this.#found.set(record.seq, record)
  }
}

function hasFiles(record: TimelineRecord): record is TextRecord {
  return record.kind === 'text' && record.files !== undefined
}

function filesOf({ seq, at, by, files = [] }: TextRecord): SharedFile[] {
  return files.map((file) => ({ key: `${seq}/${file.file}`, file, seq, at, by }))
}
