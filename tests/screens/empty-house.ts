import { routes } from '#web/routes.ts'
import { MAPPED_NAME } from '../support/browser.ts'
import { openFront } from '../support/front.ts'
import { HostProcess } from '../support/host-process.ts'
import { Member } from '../support/member.ts'
import type { Way } from '../support/way.ts'

export const OWNER = 'Nora'
export const GUEST = 'Sam'

/** A host that nobody has named and on which nobody has said anything. People reach it over a network in the open. */
export class EmptyHouse {
  /** Such as http://snug.test:40123 */
  readonly origin: string
  readonly owner: Member
  readonly #guest: Member
  readonly #host: HostProcess
  readonly #front: Way

  private constructor(host: HostProcess, front: Way) {
    this.#host = host
    this.#front = front
    this.origin = front.origin.replace('127.0.0.1', MAPPED_NAME)
    this.owner = new Member(host.url, OWNER)
    this.#guest = new Member(host.url, GUEST)
  }

  static async open(launcher: string): Promise<EmptyHouse> {
    const host = await HostProcess.start({ launcher, args: ['--insecure-lan'] })
    const house = new EmptyHouse(host, await openFront(host.url))
    await house.owner.join(host.invitation?.split('/').at(-1) ?? '')
    await house.#guest.join((await house.owner.snug.createInvitation(1)).code)
    return house
  }

  async invitation(): Promise<string> {
    const { code } = await this.owner.snug.createInvitation(1)
    return `${this.origin}${routes.join(code)}`
  }

  async close(): Promise<void> {
    for (const { snug } of [this.owner, this.#guest]) await snug.stop()
    await this.#front.close()
    await this.#host.dispose()
  }
}
