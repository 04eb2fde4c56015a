import { makeAutoObservable, observable } from 'mobx'
import { MAX_FILES_PER_MESSAGE } from '#protocol/limits.ts'

/** Files that somebody has chosen for the next message. */
export class ChosenFiles {
  readonly #files = observable.array<File>([], { deep: false })

  constructor() {
    makeAutoObservable(this)
  }

  get all(): readonly File[] {
    return this.#files.slice()
  }

  get isEmpty(): boolean {
    return this.#files.length === 0
  }

  /** As many as one message takes; the rest is for the next. */
  add(files: readonly File[]): void {
    this.#files.push(...files.slice(0, MAX_FILES_PER_MESSAGE - this.#files.length))
  }

  remove(file: File): void {
    this.#files.remove(file)
  }

  /** They go. */
  take(): readonly File[] {
    return this.#files.clear()
  }
}
