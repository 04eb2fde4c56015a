import { makeAutoObservable, observable, observableRef } from 'mobx'
import { MAX_FILES_PER_MESSAGE } from '#protocol/limits.ts'

/** Files that somebody has chosen for the next message. */
export class ChosenFiles {
  /** The last that was chosen and is larger than files may be here. */
  tooLarge: File | undefined = undefined
  readonly #files = observable.array<File>([], { deep: false })
  readonly #mostBytes: () => number

  constructor(mostBytes: () => number) {
    this.#mostBytes = mostBytes
    makeAutoObservable(this, { tooLarge: observableRef })
  }

  get all(): readonly File[] {
    return this.#files.slice()
  }

  get isEmpty(): boolean {
    return this.#files.length === 0
  }

  get mostBytes(): number {
    return this.#mostBytes()
  }

  /** As many as one message takes; the rest is for the next. */
  add(files: readonly File[]): void {
    if (this.mostBytes === 0) return
    const fitting = files.filter(({ size }) => size <= this.mostBytes)
    this.tooLarge = files.find((file) => !fitting.includes(file))
    this.#files.push(...fitting.slice(0, MAX_FILES_PER_MESSAGE - this.#files.length))
  }

  remove(file: File): void {
    this.#files.remove(file)
  }

  /** They go. */
  take(): readonly File[] {
    this.tooLarge = undefined
    return this.#files.clear()
  }
}
