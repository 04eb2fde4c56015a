import { routes } from '#web/routes.ts'
import { openFront } from '../support/front.ts'
import { HostProcess } from '../support/host-process.ts'
import { Member } from '../support/member.ts'
import type { Way } from '../support/way.ts'
import { EmptyHouse } from './empty-house.ts'
import { MarkedHost } from './marked-host.ts'
import { type Talks, talk } from './talks.ts'

/** On whose screens one looks. */
export const VIEWER = 'Maya'
export const FRIEND = 'Jon'
export const QUIET = 'Lena'
/** Was here, and is not any more. */
export const GONE = 'Theo'

const HOST = ['--file-mib', '2', '--server-name', 'Hillside', '--rooms-per-minute', '100', '--message-burst', '1000']

export type People = { readonly viewer: Member; readonly friend: Member; readonly quiet: Member; readonly gone: Member }

/** A host on which some people have talked, and one on which nobody has: what the screens show. */
export class Cast {
  readonly marked: MarkedHost
  readonly host: HostProcess
  /** The host as somebody reaches it from elsewhere, in the open. */
  readonly front: Way
  readonly people: People
  readonly talks: Talks
  readonly emptyHouse: EmptyHouse
  /** An invitation that others have used. */
  readonly usedUp: string

  private constructor(parts: Pick<Cast, 'marked' | 'host' | 'front' | 'people' | 'talks' | 'emptyHouse' | 'usedUp'>) {
    this.marked = parts.marked
    this.host = parts.host
    this.front = parts.front
    this.people = parts.people
    this.talks = parts.talks
    this.emptyHouse = parts.emptyHouse
    this.usedUp = parts.usedUp
  }

  static async gather(): Promise<Cast> {
    const marked = await MarkedHost.build()
    const launcher = marked.program
    const [host, emptyHouse] = await Promise.all([
      HostProcess.start({ launcher, args: HOST }),
      EmptyHouse.open(launcher),
    ])
    const member = (name: string) => new Member(host.url, name)
    const people = { viewer: member(VIEWER), friend: member(FRIEND), quiet: member(QUIET), gone: member(GONE) }
    const { viewer, ...guests } = people
    await viewer.join(host.invitation?.split('/').at(-1) ?? '')
    const { code } = await viewer.snug.createInvitation(3)
    for (const guest of Object.values(guests)) await guest.join(code)
    return new Cast({
      marked,
      host,
      emptyHouse,
      people,
      front: await openFront(host.url),
      talks: await talk(people),
      usedUp: linkTo(host, code),
    })
  }

  /** For whoever has no account yet. */
  async invitation(): Promise<string> {
    const { code } = await this.people.viewer.snug.createInvitation(1)
    return linkTo(this.host, code)
  }

  async end(): Promise<void> {
    for (const { snug } of Object.values(this.people)) await snug.stop()
    await this.front.close()
    await Promise.all([this.host.dispose(), this.emptyHouse.close()])
    this.marked.remove()
  }
}

/** Logs out every browser of somebody. */
export async function logOutBrowsers({ snug }: Member): Promise<void> {
  for (const { device, current } of await snug.devices()) if (!current) await snug.revokeDevice(device)
}

function linkTo({ url }: HostProcess, code: string): string {
  return `${url}${routes.join(code)}`
}
