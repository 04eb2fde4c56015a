import { makeAutoObservable, observableRef, runInAction } from 'mobx'
import type { Snug } from '#client/index.ts'
import { Attempt } from './attempt.ts'

/** `expiresAt` in ms. */
type Invitation = { readonly link: string; readonly expiresAt: number }

export const INVITATION_USES = [1, 5, 20] as const

/** Creates an invitation to this server. */
export class InvitationForm {
  uses: number = INVITATION_USES[0]
  invitation: Invitation | undefined = undefined
  readonly creating = new Attempt()
  readonly #client: Pick<Snug, 'createInvitation'>
  readonly #link: (code: string) => string

  /** `link` makes the full address of a code. */
  constructor(client: Pick<Snug, 'createInvitation'>, link: (code: string) => string) {
    this.#client = client
    this.#link = link
    makeAutoObservable(this, { invitation: observableRef, creating: false })
  }

  setUses(uses: number): void {
    this.uses = uses
  }

  async create(): Promise<void> {
    await this.creating.run(async () => {
      const { code, expiresAt } = await this.#client.createInvitation(this.uses)
      runInAction(() => {
        this.invitation = { link: this.#link(code), expiresAt }
      })
    })
  }

  again(): void {
    this.invitation = undefined
  }
}
