import { makeAutoObservable } from 'mobx'

/** Whether somebody looks at the page: it is visible and has the focus. Only then is anything read. */
export class AttentionStore {
  attentive = false

  constructor() {
    makeAutoObservable(this)
  }

  set(attentive: boolean): void {
    this.attentive = attentive
  }
}
