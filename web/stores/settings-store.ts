import { makeAutoObservable, observableRef, runInAction } from 'mobx'
import type { Settings, Snug } from '#client/index.ts'
import { Attempt } from './attempt.ts'

type Client = Pick<Snug, 'settings' | 'changeSettings'>

/** What this account has set for all its devices. Asked for when it is looked at: another device may have changed it. */
export class SettingsStore {
  settings: Settings | undefined = undefined
  readonly loading = new Attempt()
  readonly changing = new Attempt()
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
    makeAutoObservable(this, { settings: observableRef, loading: false, changing: false })
  }

  async load(): Promise<void> {
    await this.loading.run(async () => this.take(await this.#client.settings()))
  }

  /** Shown at once, and as it was before where it is refused. */
  async change(change: Partial<Settings>): Promise<void> {
    const before = this.settings
    if (!before || this.changing.busy) return
    this.take({ ...before, ...change })
    const isDone = await this.changing.run(async () => this.take(await this.#client.changeSettings(change)))
    if (!isDone) this.take(before)
  }

  private take(settings: Settings): void {
    runInAction(() => {
      this.settings = settings
    })
  }
}
