import type { RoomId } from '#protocol/ids.ts'
import type { HostProcess } from '../support/host-process.ts'
import { startHost } from '../support/hosts.ts'
import { Member } from '../support/member.ts'

/** On whose screens one looks. */
export const VIEWER = 'Maya'
export const FRIEND = 'Jon'
export const GROUP = 'Weekend walk'
/** Too long for any line, so that what is cut is seen. */
export const LONG_GROUP = 'A group whose name is as long as a name may be, and a little more'.slice(0, 64)
export const QUIET = 'Lena'

/** A host on which some people have talked: what the screens show. */
export class Cast {
  readonly host: HostProcess
  readonly friend: Member
  readonly #viewer: Member
  readonly #quiet: Member

  private constructor(host: HostProcess, [viewer, friend, quiet]: readonly [Member, Member, Member]) {
    this.host = host
    this.#viewer = viewer
    this.friend = friend
    this.#quiet = quiet
  }

  static async gather(): Promise<Cast> {
    const host = await startHost('node-host', ['--server-name', 'Hillside', '--rooms-per-minute', '100'])
    const people = [VIEWER, FRIEND, QUIET].map((name) => new Member(host.url, name)) as [Member, Member, Member]
    const [viewer, ...guests] = people
    await viewer.join(host.invitation?.split('/').at(-1) ?? '')
    const { code } = await viewer.snug.createInvitation(guests.length)
    for (const guest of guests) await guest.join(code)
    const cast = new Cast(host, people)
    await cast.#talk()
    return cast
  }

  /** For whoever has no account yet. */
  async invitation(): Promise<string> {
    const { code } = await this.#viewer.snug.createInvitation(1)
    return `${this.host.url}/join/${code}`
  }

  /** Logs out every browser of the viewer. */
  async logOutOthers(): Promise<void> {
    const devices = await this.#viewer.snug.devices()
    for (const { device, current } of devices) if (!current) await this.#viewer.snug.revokeDevice(device)
  }

  /** A group that the friend opens and the viewer is in. */
  async group(title: string): Promise<RoomId> {
    return this.friend.open(title, [this.#viewer, this.#quiet])
  }

  async end(): Promise<void> {
    for (const { snug } of [this.#viewer, this.friend, this.#quiet]) await snug.stop()
    await this.host.dispose()
  }

  async #talk(): Promise<void> {
    const [viewer, friend, quiet] = [this.#viewer, this.friend, this.#quiet]
    const long = await friend.open(LONG_GROUP, [viewer, quiet])
    await quiet.say(long, 'A first word.')
    const alone = await viewer.open(undefined, [quiet])
    await viewer.say(alone, 'The seeds are yours')
    const group = await viewer.open(GROUP, [friend, quiet])
    await viewer.say(group, 'Shall we take the ridge path on Saturday? Sun from early morning on, and hardly any wind.')
    await friend.say(group, 'Yes! I can bring the stove.')
    await quiet.say(group, 'Here is the map: https://maps.example.org/ridge')
    await quiet.say(group, 'Meet at nine by the old mill?')
    const head = await viewer.say(group, 'Nine it is.\nI will bring bread and cheese.')
    await friend.read(group, head, viewer)
    const direct = await friend.open(undefined, [viewer])
    await friend.say(direct, 'Is my thermos with you?')
    await viewer.say(direct, 'It is. I bring it on Saturday.')
  }
}
