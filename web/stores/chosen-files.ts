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

  /** More than one message takes go with the next ones. */
  add(files: readonly File[]): void {
    if (this.mostBytes === 0) return
    const fitting = files.filter(({ size }) => size <= this.mostBytes)
    this.tooLarge = files.find((file) => !fitting.includes(file))
    this.#files.push(...fitting)
  }

  remove(file: File): void {
    this.#files.remove(file)
  }

  /** As many as one message takes; they go. */
  take(): readonly File[] {
    this.tooLarge = undefined
    return this.#files.splice(0, MAX_FILES_PER_MESSAGE)
  }

  /** They did not go after all. */
  putBack(files: readonly File[]): void {
    this.#files.unshift(...files)
  }
}
