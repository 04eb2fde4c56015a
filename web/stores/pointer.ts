import { makeAutoObservable } from 'mobx'
import { Attempt } from './attempt.ts'

/** Which message of a conversation somebody wants to see where it stands. */
export class Pointer {
  /** Its sequence. */
  seq = 0
  /** Counts how often somebody pointed: each time it is gone to. */
  times = 0
  readonly loading = new Attempt()
  readonly #load: (seq: number) => Promise<void>

  constructor(load: (seq: number) => Promise<void>) {
    this.#load = load
    makeAutoObservable(this, { loading: false, fetch: false })
  }

  /** Whether it is there now, to be pointed at. */
  fetch(seq: number): Promise<boolean> {
    return this.loading.run(() => this.#load(seq))
  }

  pointAt(seq: number): void {
    this.seq = seq
    this.times++
  }
}
