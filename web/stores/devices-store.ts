import { makeAutoObservable, observableRef, runInAction } from 'mobx'
import type { DeviceView, Snug } from '#client/index.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { Attempt } from './attempt.ts'

type Client = Pick<Snug, 'devices' | 'revokeDevice'>

/** The devices of this account, this one first. Asked for when they are looked at. */
export class DevicesStore {
  devices: readonly DeviceView[] | undefined = undefined
  readonly loading = new Attempt()
  readonly revoking = new Attempt()
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
    makeAutoObservable(this, { devices: observableRef, loading: false, revoking: false })
  }

  async load(): Promise<void> {
    await this.loading.run(() => this.refresh())
  }

  revoke(device: DeviceId): Promise<boolean> {
    return this.revoking.run(async () => {
      await this.#client.revokeDevice(device)
      await this.refresh()
    })
  }

  private async refresh(): Promise<void> {
    const devices = await this.#client.devices()
    runInAction(() => {
      this.devices = [...devices].sort((a, b) => Number(b.current) - Number(a.current) || b.createdAt - a.createdAt)
    })
  }
}
