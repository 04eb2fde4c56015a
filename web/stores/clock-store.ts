import { makeAutoObservable } from 'mobx'

/** What time it is, to the minute: dates that are shown follow it past midnight. */
export class ClockStore {
  now: number

  constructor(now: number) {
    this.now = now
    makeAutoObservable(this)
  }

  tick(now: number): void {
    this.now = now
  }
}
