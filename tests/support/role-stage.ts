import { vi } from 'vitest'
import { Credit } from '#durable/gateway/credit.ts'
import { directRoomId } from '#durable/identity.ts'
import type { Down } from '#protocol/down.ts'
import { closeCodes } from '#protocol/errors.ts'
import type { FileId, RoomId, UserId } from '#protocol/ids.ts'
import { toUtf8 } from '#protocol/text.ts'
import type { Up } from '#protocol/up.ts'
import { type EveryEvent, everyEvent } from './every-event.ts'
import { keepFile, sendFile } from './files.ts'
import { type Member, type SmallSocket, SmallWorld } from './small-world.ts'
import { changedTables, storedRows } from './stored-tables.ts'

export const ROLES = ['nobody', 'outsider', 'gone', 'member', 'owner', 'direct', 'server'] as const
export type Role = (typeof ROLES)[number]

type Cast = Record<Exclude<Role, 'nobody'>, Member>

/** How each action is answered where it is carried out; nothing else is taken for a yes. */
const ANSWERS: { readonly [Type in Exclude<Up['type'], 'acknowledge'>]: Down['type'] } = {
  hello: 'welcome',
  register: 'session',
  'log-in': 'session',
  authenticate: 'session',
  sync: 'ready',
  send: 'stored',
  skip: 'stored',
  history: 'page',
  'mark-read': 'read',
  'mark-received': 'received',
  typing: 'typing',
  'create-group': 'opened',
  'open-direct': 'opened',
  'invite-members': 'done',
  leave: 'done',
  'remove-member': 'done',
  'list-members': 'members',
  'find-user': 'profiles',
  'get-profiles': 'profiles',
  'get-presence': 'presence',
  'create-invitation': 'invitation',
  'create-account': 'account',
  'list-devices': 'devices',
  'revoke-device': 'done',
  'get-settings': 'settings',
  'change-settings': 'settings',
  'declare-file': 'upload',
  'sign-upload': 'puts',
  'finish-upload': 'upload',
  'drop-file': 'done',
  'get-file': 'file-url',
  'list-files': 'files',
  ping: 'pong',
}

/** One that messages of both rooms name, and one of each person that is sent. */
type Files = { readonly named: FileId; readonly files: ReadonlyMap<UserId, FileId> }

const SAID_AGAIN = ['user', 'device', 'handle', 'room', 'producer', 'n', 'file']

/** What became of an action: the word for it, which tables changed, and what somebody else heard of it. */
export type Result = { readonly word: string; readonly changed: readonly string[]; readonly overheard: readonly Down[] }

/** A small server with somebody in each role, who tries one thing. */
export class RoleStage {
  readonly world: SmallWorld
  readonly people: Cast
  readonly group: RoomId
  readonly #direct: RoomId
  readonly #files: Files
  readonly #invitation: string
  /** A member of both rooms. */
  readonly #watcher: SmallSocket

  private constructor(
    world: SmallWorld,
    people: Cast,
    rooms: { group: RoomId; direct: RoomId },
    files: Files,
    invitation: string,
    watcher: SmallSocket,
  ) {
    this.world = world
    this.people = people
    this.group = rooms.group
    this.#direct = rooms.direct
    this.#files = files
    this.#invitation = invitation
    this.#watcher = watcher
  }

  static async set(): Promise<RoleStage> {
    const world = await SmallWorld.start()
    const handles = ['server', 'owner', 'member', 'gone', 'outsider'] as const
    const [server, owner, member, gone, outsider] = (await world.members(...handles)) as [
      Member,
      Member,
      Member,
      Member,
      Member,
    ]
    const group = await world.group(owner, member, gone)
    await world.until(world.peers.room(group).leave(gone.user))
    const direct = directRoomId(member.user, owner.user)
    await world.until(world.peers.room(direct).openDirect(member.user, owner.user))
    await world.send(direct, owner, world.id('producer'), 1, 'Hello')
    const named = await nameEverywhere(world, owner, [group, direct])
    const files = new Map<UserId, FileId>()
    for (const each of [server, owner, member, gone, outsider])
      files.set(each.user, await sendFile(world, each, toUtf8(each.user)))
    const invited = await world.until(world.peers.user(server.user).createInvitation(1))
    if ('refused' in invited) throw new Error(invited.refused.reason)
    const watcher = await world.enter(member)
    await world.pass(100)
    const people = { server, owner, member, gone, outsider, direct: member }
    return new RoleStage(world, people, { group, direct }, { named, files }, invited.ok.code, watcher)
  }

  /** What somebody tries, by its type: each with all that it takes to succeed, but the right. */
  attempts(role: Role): EveryEvent {
    const { world, people } = this
    const room = role === 'direct' ? this.#direct : this.group
    const self = role === 'nobody' ? people.outsider : people[role]
    const other = role === 'owner' || role === 'member' ? people.gone.user : people.owner.user
    const fresh = {
      producer: world.id('producer'),
      newUser: world.id('user'),
      newDevice: world.id('device'),
      newFile: world.id('file'),
    }
    const { named, files } = this.#files
    const file = files.get(self.user) ?? named
    const events = everyEvent({ ...self, ...fresh, room, other, file, named })
    return {
      ...events,
      register: { ...events.register, invitation: this.#invitation },
      'log-in': { ...events['log-in'], handle: 'outsider' },
      'find-user': { ...events['find-user'], handle: 'owner' },
      'remove-member': {
        ...events['remove-member'],
        user: self === people.member ? people.owner.user : people.member.user,
      },
      'invite-members': { ...events['invite-members'], users: [people.outsider.user] },
    }
  }

  async outcomeOf(role: Role, type: Up['type']): Promise<Result> {
    const event = this.attempts(role)[type]
    const socket = await this.#socketOf(role, event)
    await this.world.pass(100)
    const before = storedRows(this.world.disk)
    const [from, heardBefore] = [socket.heard.length, this.#watcher.heard.length]
    const word =
      event.type === 'acknowledge' ? await this.#credited(socket, event) : await this.#said(socket, event, from)
    const changed = changedTables(before, storedRows(this.world.disk))
    return { word, changed, overheard: this.#watcher.heard.slice(heardBefore) }
  }

  async #said(socket: SmallSocket, event: Exclude<Up, { type: 'acknowledge' }>, from: number): Promise<string> {
    await socket.say(event)
    await this.world.pass(2_000)
    const heard = socket.heard.slice(from)
    const refused = heard.find((answer) => answer.type === 'failed' || answer.type === 'refused')
    if (refused) return refused.refusal.kind
    // Whose own device ends may be gone before the answer: then the closing says it.
    if (event.type === 'revoke-device' && socket.closedWith === closeCodes.deviceRevoked) return 'yes'
    return heard.some((answer) => answer.type === ANSWERS[event.type] && isAbout(event, answer)) ? 'yes' : 'silence'
  }

  /** It has no answer: that it was taken shows in the credit alone. */
  async #credited(socket: SmallSocket, event: Extract<Up, { type: 'acknowledge' }>): Promise<string> {
    const acknowledging = vi.spyOn(Credit.prototype, 'acknowledge')
    await socket.say({ ...event, bytes: socket.bytes })
    await this.world.pass(100)
    const [first] = acknowledging.mock.results
    acknowledging.mockRestore()
    return first?.value === true ? 'yes' : 'silence'
  }

  async #socketOf(role: Role, event: Up): Promise<SmallSocket> {
    if (role !== 'nobody') return this.world.enter(this.people[role])
    const socket = await this.world.socket()
    if (event.type !== 'hello') await socket.ask({ type: 'hello', versions: [1], client: 'x' }, 'welcome')
    return socket
  }
}

/** Writes a message that names a new file in each of the rooms. */
async function nameEverywhere(world: SmallWorld, member: Member, rooms: readonly RoomId[]): Promise<FileId> {
  const file = await keepFile(world, member, toUtf8('everywhere'))
  for (const room of rooms) {
    const attached = await world.until(world.peers.user(member.user).attachFiles(room, [{ file }]))
    if ('refused' in attached) throw new Error(attached.refused.reason)
    const message = { user: member.user, producer: world.id('producer'), n: 1, text: '', files: attached.ok }
    await world.until(world.peers.room(room).send([message]))
  }
  return file
}

/** An answer bears the id of what was asked, and says again whatever names and numbers it has in common with it. */
function isAbout(event: Up, answer: Down): boolean {
  if ('id' in event && !('re' in answer && answer.re === event.id)) return false
  const asked = new Map<string, unknown>(Object.entries(event))
  const same = (name: string) => !asked.has(name) || asked.get(name) === Reflect.get(answer, name)
  return SAID_AGAIN.every((name) => !(name in answer) || same(name))
}
