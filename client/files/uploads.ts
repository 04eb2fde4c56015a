import type { Refusal } from '#protocol/errors.ts'
import type { Attachment } from '#protocol/file.ts'
import { type ProducerId, type RoomId, toBase64Url } from '#protocol/ids.ts'
import type { FileInput, UploadView } from '../model.ts'
import type { Neighbourhood, Word } from '../neighbourhood.ts'
import type { Random } from '../ports/random.ts'
import type { Store } from '../ports/store.ts'
import { Producers, producerOf } from '../producers.ts'
import { notLoggedIn, RefusedError } from '../refused-error.ts'
import { keys, type SavedFile, type SavedUpload, saved } from '../saved.ts'
import { described } from './describing.ts'
import { hashed, isHashed } from './hashed-files.ts'
import { Unreadable } from './hashing.ts'
import { FileSending, type SendingParts } from './sending.ts'
import { attachmentsOf, sentOf, stop, type Upload, uploadOf, viewOf } from './upload.ts'

export type UploadsParts = SendingParts & {
  readonly store: Store
  readonly random: Random
  readonly neighbours: Neighbourhood
  /** How often somebody has left this device. */
  readonly departures: () => number
}

type Listeners = {
  changed(room: RoomId): void
  /** All files of a message are there: it is composed now, and safe when that resolves. */
  compose(room: RoomId, text: string, files: Attachment[], upload: string): Promise<void>
  storeFailed(error: unknown): void
}

/**
 * Files on their way, with the messages that will name them. Kept on the device until the message is composed, so that
 * they outlive a reload. Text does not wait for them: each message is the only one of a producer. The tab where it was
 * written sends it as long as it is there, and then another; until then the others show it, and may give it up.
 */
export class Uploads {
  readonly #parts: UploadsParts
  readonly #listeners: Listeners
  readonly #producers: Producers
  readonly #uploads = new Map<string, Upload>()
  #isOnline = false

  constructor(parts: UploadsParts, listeners: Listeners) {
    this.#parts = parts
    this.#listeners = listeners
    this.#producers = new Producers(parts.clock, parts.neighbours, {
      waits: (producer) => this.#by(producer) !== undefined,
      adopted: (producer) => void this.#goOn(producer).catch(listeners.storeFailed),
    })
  }

  /** `composed`: uploads whose messages are in the outbox; a crash in between has left their rows. */
  async load(composed: ReadonlySet<string>): Promise<void> {
    const { store } = this.#parts
    const isStill = this.#begun()
    for (const key of await store.keys(keys.uploads)) {
      const row = await saved.upload.get(store, key)
      if (!isStill()) return
      if (!row) continue
      if (composed.has(row.id)) await store.remove(key)
      else this.#take(row)
    }
  }

  /** What another tab says. */
  async heard(word: Word): Promise<void> {
    switch (word.word) {
      case 'upload':
        return this.#look(word.upload)
      case 'upload-ended':
        return this.#ended(word.upload)
      case 'who':
      case 'here':
        return this.#producers.heard(word)
    }
  }

  forget(): void {
    this.disconnected()
    this.#producers.forget()
    this.#uploads.clear()
  }

  connected(): void {
    this.#isOnline = true
    for (const upload of this.#uploads.values()) this.#run(upload)
  }

  disconnected(): void {
    this.#isOnline = false
    for (const upload of this.#uploads.values()) {
      stop(upload)
      this.#listeners.changed(upload.saved.room)
    }
  }

  /** Resolves when the files are safe on this device; rejects when whoever sends them has left it meanwhile. */
  async add(room: RoomId, text: string, inputs: readonly FileInput[] | Promise<readonly FileInput[]>): Promise<void> {
    const { random, clock, neighbours, store } = this.#parts
    const isStill = this.#begun()
    const files = described(await inputs, random)
    if (!isStill()) throw notLoggedIn()
    const id = toBase64Url(random(16))
    const upload = uploadOf({ id, room, text, composedAt: clock.now(), files })
    await this.#save(upload)
    if (!isStill()) {
      await store.remove(keys.upload(id))
      throw notLoggedIn()
    }
    this.#uploads.set(id, upload)
    this.#listeners.changed(room)
    this.#producers.adopt(producerOf(id))
    neighbours.say({ word: 'upload', upload: id })
  }

  /** Gives it up, and what of it has arrived. */
  async cancel(id: string): Promise<void> {
    const upload = this.#uploads.get(id)
    if (!upload) return
    await this.#end(upload)
    for (const { declaration } of upload.saved.files) {
      // A server that does not hear it sweeps the file up in a day.
      this.#parts.session.ask({ type: 'drop-file', file: declaration.file }, 'done').catch(() => {})
    }
  }

  /** After a refusal: perhaps there is space by now. */
  retry(id: string): void {
    const upload = this.#uploads.get(id)
    if (!upload?.refusal) return
    upload.refusal = undefined
    this.#listeners.changed(upload.saved.room)
    this.#run(upload)
  }

  of(room: RoomId): UploadView[] {
    return [...this.#uploads.values()].filter(({ saved }) => saved.room === room).map(viewOf)
  }

  get rooms(): ReadonlySet<RoomId> {
    return new Set([...this.#uploads.values()].map(({ saved: { room } }) => room))
  }

  /** Answers, later, whether nobody has left meanwhile: what is begun for one is nothing to the next. */
  #begun(): () => boolean {
    const { departures } = this.#parts
    const before = departures()
    return () => departures() === before
  }

  #by(producer: ProducerId): Upload | undefined {
    return [...this.#uploads.values()].find(({ saved: { id } }) => producerOf(id) === producer)
  }

  #take(row: SavedUpload): void {
    this.#uploads.set(row.id, uploadOf(row))
    this.#producers.found(producerOf(row.id))
  }

  async #look(id: string): Promise<void> {
    if (this.#uploads.has(id)) return
    const isStill = this.#begun()
    const row = await saved.upload.get(this.#parts.store, keys.upload(id))
    if (!row || !isStill()) return
    this.#take(row)
    this.#listeners.changed(row.room)
  }

  /** From where whoever had it has got. Its row is gone if it has ended without a word here. */
  async #goOn(producer: ProducerId): Promise<void> {
    const upload = this.#by(producer)
    if (!upload) return
    const row = await saved.upload.get(this.#parts.store, keys.upload(upload.saved.id))
    if (this.#by(producer) !== upload || upload.sending) return
    if (!row) return this.#drop(upload)
    upload.saved = row
    upload.sent = sentOf(row)
    this.#run(upload)
  }

  #run(upload: Upload): void {
    const isOurs = this.#producers.has(producerOf(upload.saved.id))
    if (!isOurs || upload.sending || upload.refusal || upload.hashed !== undefined) return
    if (!upload.saved.files.every(isHashed)) this.#hash(upload).catch(this.#listeners.storeFailed)
    else if (this.#isOnline) this.#sendAll(upload).catch(this.#listeners.storeFailed)
  }

  /** Needs no connection, and may take long: it comes after what was chosen is kept. */
  async #hash(upload: Upload): Promise<void> {
    const isStill = () => this.#uploads.get(upload.saved.id) === upload
    const count = (bytes: number) => {
      upload.hashed = (upload.hashed ?? 0) + bytes
      this.#listeners.changed(upload.saved.room)
      // Of what is given up nobody needs the rest.
      return isStill()
    }
    count(0)
    const files = await hashed(upload.saved.files, count)
      .catch(unlessUnreadable)
      .finally(() => {
        upload.hashed = undefined
      })
    if (!files || !isStill()) return
    if (files === 'unreadable') return this.#refused(upload, files)
    upload.saved = { ...upload.saved, files }
    this.#run(upload)
    this.#listeners.changed(upload.saved.room)
    // Where it cannot be kept, whoever goes on after a reload hashes once more.
    await this.#save(upload)
  }

  async #sendAll(upload: Upload): Promise<void> {
    for (const i of upload.saved.files.keys()) {
      const sending = this.#sendingOf(upload, i)
      upload.sending = sending
      this.#listeners.changed(upload.saved.room)
      const outcome = await outcomeOf(sending.run(upload.saved.files[i] as SavedFile))
      // Stopped, and perhaps begun anew, meanwhile.
      if (upload.sending !== sending) return
      if (outcome) return this.#refused(upload, outcome)
    }
    await this.#compose(upload)
  }

  #refused(upload: Upload, refusal: Refusal | 'unreadable'): void {
    upload.sending = undefined
    upload.refusal = refusal
    this.#listeners.changed(upload.saved.room)
  }

  #sendingOf(upload: Upload, i: number): FileSending {
    const touch = () => this.#listeners.changed(upload.saved.room)
    const sending: FileSending = new FileSending(this.#parts, {
      sent(bytes) {
        upload.sent[i] = bytes
        touch()
      },
      reached: async (parts) => {
        // Of one that was given up no row is there any more.
        if (upload.sending !== sending) return
        const files = upload.saved.files.map((file, j) => (i === j ? { ...file, reached: parts } : file))
        upload.saved = { ...upload.saved, files }
        await this.#save(upload)
      },
      waits(isWaiting) {
        if (upload.isWaiting === isWaiting) return
        upload.isWaiting = isWaiting
        touch()
      },
    })
    return sending
  }

  async #compose(upload: Upload): Promise<void> {
    const { id, room, text, files } = upload.saved
    await this.#listeners.compose(room, text, attachmentsOf(files), id)
    await this.#end(upload)
  }

  async #end(upload: Upload): Promise<void> {
    const { id } = upload.saved
    this.#drop(upload)
    await this.#parts.store.remove(keys.upload(id))
    this.#parts.neighbours.say({ word: 'upload-ended', upload: id })
  }

  /** Another tab has removed the row; a write of this one may have crossed that. */
  async #ended(id: string): Promise<void> {
    const upload = this.#uploads.get(id)
    if (upload) this.#drop(upload)
    await this.#parts.store.remove(keys.upload(id))
  }

  #drop(upload: Upload): void {
    stop(upload)
    this.#uploads.delete(upload.saved.id)
    this.#listeners.changed(upload.saved.room)
  }

  #save({ saved: row }: Upload): Promise<void> {
    return saved.upload.set(this.#parts.store, keys.upload(row.id), row)
  }
}

async function outcomeOf(work: Promise<void>): Promise<Refusal | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof RefusedError) return error.refusal
    throw error
  }
}

function unlessUnreadable(error: unknown): 'unreadable' {
  if (error instanceof Unreadable) return 'unreadable'
  throw error
}
