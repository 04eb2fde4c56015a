import { makeAutoObservable, observable, runInAction } from 'mobx'
import type { Snug } from '#client/index.ts'
import type { FileId, RoomId } from '#protocol/ids.ts'

type Known = { readonly url: string; readonly until: number }

/** A URL that ends so soon may have ended when it is used. */
const SPARE_MS = 60_000

/** Where the files of a conversation can be had: asked for when they are looked at, and again when that has ended. */
export class FileUrls {
  readonly #room: RoomId
  readonly #client: Pick<Snug, 'fileUrl'>
  readonly #known = observable.map<FileId, Known>({}, { deep: false })
  readonly #asked = new Map<FileId, Promise<string | undefined>>()

  constructor(room: RoomId, client: Pick<Snug, 'fileUrl'>) {
    this.#room = room
    this.#client = client
    makeAutoObservable(this, { of: false, fetch: false, renew: false, toSave: false })
  }

  /** Undefined while it is not known. */
  of(file: FileId): string | undefined {
    return this.#known.get(file)?.url
  }

  /** One that holds; undefined where it cannot be had now. */
  fetch(file: FileId, now: number): Promise<string | undefined> {
    const known = this.#known.get(file)
    if (known && known.until - SPARE_MS > now) return Promise.resolve(known.url)
    return this.#askOnce(file)
  }

  /** Another than one that has failed, whatever was said of how long it holds; undefined where it cannot be had now. */
  renew(file: FileId, failed: string): Promise<string | undefined> {
    const known = this.of(file)
    return known === undefined || known === failed ? this.#askOnce(file) : Promise.resolve(known)
  }

  /** One by which a browser saves the file, also where it lies in another origin; undefined where it cannot be had now. */
  async toSave(file: FileId): Promise<string | undefined> {
    try {
      return (await this.#client.fileUrl(this.#room, file, 'save')).url
    } catch {
      return undefined
    }
  }

  #askOnce(file: FileId): Promise<string | undefined> {
    const asked = this.#asked.get(file) ?? this.#ask(file).finally(() => this.#asked.delete(file))
    this.#asked.set(file, asked)
    return asked
  }

  async #ask(file: FileId): Promise<string | undefined> {
    try {
      const known = await this.#client.fileUrl(this.#room, file)
      runInAction(() => this.#known.set(file, known))
      return known.url
    } catch {
      // Without a connection, or it is gone: whoever looks again asks again.
      return undefined
    }
  }
}
