import { makeAutoObservable, observableRef, runInAction } from 'mobx'
import { RefusedError } from '#client/index.ts'
import type { Refusal } from '#protocol/errors.ts'

/** Something a person asked for that may be refused: idle, under way, or refused with the reason. */
export class Attempt {
  busy = false
  refusal: Refusal | undefined = undefined
  /** Whether the last that ended was refused: it stays so while it is tried again. */
  hasFailed = false

  constructor() {
    makeAutoObservable(this, { refusal: observableRef })
  }

  /** Whether it was done. A refusal is kept to be shown; anything else that is thrown is a fault and thrown on. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.refusal = undefined
    try {
      await work()
      this.succeed()
      return true
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      runInAction(() => {
        this.refusal = error.refusal
        this.hasFailed = true
      })
      this.forgetInTime(error.refusal)
      return false
    } finally {
      runInAction(() => {
        this.busy = false
      })
    }
  }

  forget(): void {
    this.refusal = undefined
    this.hasFailed = false
  }

  /** What says when to try again is not true any more by then. */
  private forgetInTime(refusal: Refusal): void {
    if (refusal.retryAfterMs === undefined) return
    setTimeout(() => {
      if (this.refusal === refusal) runInAction(() => (this.refusal = undefined))
    }, refusal.retryAfterMs)
  }

  private succeed(): void {
    this.hasFailed = false
  }
}
