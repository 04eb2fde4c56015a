import { composeWithItems } from '#protocol/codec.ts'
import type { Profile } from '#protocol/down/profiles.ts'
import type { Down } from '#protocol/down.ts'
import { type Outcome, ok, type Refusal, refuse } from '#protocol/errors.ts'
import type { DeviceId, UserId } from '#protocol/ids.ts'
import type { History } from '#protocol/up/history.ts'
import type { ListFiles } from '#protocol/up/list-files.ts'
import type { Request } from '#protocol/up.ts'
import { handleClaim } from '../directory/claims.ts'
import { directoryShard, directRoomId } from '../identity.ts'
import type { Peers } from '../ports/peers.ts'
import type { CatchUp } from './catch-up.ts'
import type { Connection } from './connection.ts'
import type { EntranceEvent } from './entrance.ts'
import type { Portions } from './portions.ts'

/** Whoever begins anew is told so of what was still to be read. */
const MOVED_ON = refuse('retry', 'a sync came before the answer')
const TOO_MANY = refuse('busy', 'too many long answers wait for this client to read on', 1_000)

/** What a logged-in client may ask and gets one answer to. */
export type MemberRequest = Exclude<Request, EntranceEvent>

/** Answered by one event. */
type Plain = Exclude<MemberRequest, { type: 'sync' | 'history' | 'list-files' }>

/** Takes each request to the actor that owns what it is about; that actor decides whether it is allowed. */
export class Requests {
  readonly #peers: Peers
  readonly #catchUp: CatchUp
  readonly #portions: Portions

  constructor(peers: Peers, catchUp: CatchUp, portions: Portions) {
    this.#peers = peers
    this.#catchUp = catchUp
    this.#portions = portions
  }

  async answer(connection: Connection, user: UserId, device: DeviceId, request: MemberRequest): Promise<void> {
    switch (request.type) {
      case 'sync':
        return this.#catchUp.run(connection, user, device, request)
      case 'history':
        return inTurn(connection, request, () => this.#history(connection, user, request))
      case 'list-files':
        return inTurn(connection, request, () => this.#files(connection, user, request))
      case 'list-members':
        return inTurn(connection, request, () => this.#answer(connection, user, request).then(() => true))
      default:
        return this.#answer(connection, user, request)
    }
  }

  async #answer(connection: Connection, user: UserId, request: Plain): Promise<void> {
    const outcome = await this.#ask(user, request)
    if ('ok' in outcome) connection.say(outcome.ok)
    else fail(connection, request, outcome)
  }

  async #ask(user: UserId, request: Plain): Promise<Outcome<Down>> {
    const { id: re } = request
    const self = this.#peers.user(user)
    switch (request.type) {
      case 'create-group':
        return this.#opening(
          user,
          () => this.#peers.room(request.room).createGroup(user, request.title, request.members),
          {
            type: 'opened',
            re,
            room: request.room,
          },
        )
      case 'open-direct': {
        const room = directRoomId(user, request.user)
        const open = () => this.#peers.room(room).openDirect(user, request.user)
        return this.#opening(user, open, { type: 'opened', re, room })
      }
      case 'invite-members':
        return then(await this.#peers.room(request.room).invite(user, request.users), () => ({ type: 'done', re }))
      case 'leave':
        return then(await this.#peers.room(request.room).leave(user), () => ({ type: 'done', re }))
      case 'remove-member':
        return then(await this.#peers.room(request.room).remove(user, request.user), () => ({ type: 'done', re }))
      case 'list-members': {
        const { room } = request
        return then(await this.#peers.room(room).members(user), (members) => ({ type: 'members', re, room, members }))
      }
      case 'find-user':
        return then(await this.#find(request.handle), (profile) => ({ type: 'profiles', re, profiles: [profile] }))
      case 'get-profiles':
        return ok({ type: 'profiles', re, profiles: await this.#profiles(request.users) })
      case 'get-presence':
        return then(await self.presenceOf(request.user), (where) => ({
          type: 'presence',
          re,
          user: request.user,
          ...where,
        }))
      case 'create-invitation':
        return then(await self.createInvitation(request.uses), (made) => ({ type: 'invitation', re, ...made }))
      case 'create-account': {
        const { user: made, device, deviceName, handle, name } = request
        const outcome = await self.createAccount(made, { device, deviceName, handle, name })
        return then(outcome, (token) => ({ type: 'account', re, user: made, token }))
      }
      case 'list-devices':
        return then(await self.devices(), (devices) => ({ type: 'devices', re, devices }))
      case 'revoke-device':
        return then(await self.revokeDevice(request.device), () => ({ type: 'done', re }))
      case 'get-settings':
        return then(await self.settings(), (settings) => ({ type: 'settings', re, ...settings }))
      case 'change-settings':
        return then(await self.settings(request), (settings) => ({ type: 'settings', re, ...settings }))
      case 'declare-file': {
        const { declaration } = request
        const outcome = await self.declareFile(declaration)
        return then(outcome, (state) => ({ type: 'upload', re, file: declaration.file, state }))
      }
      case 'sign-upload':
        return then(await self.signUpload(request.file, request.parts), (puts) => ({ type: 'puts', re, puts }))
      case 'finish-upload': {
        const { file } = request
        return then(await self.finishUpload(file), (state) => ({ type: 'upload', re, file, state }))
      }
      case 'drop-file':
        return then(await self.dropFile(request.file), () => ({ type: 'done', re }))
      case 'get-file': {
        const { room, file, save } = request
        const outcome = await this.#peers.room(room).fileUrl(user, file, save)
        return then(outcome, (at) => ({ type: 'file-url', re, ...at }))
      }
    }
  }

  async #opening(user: UserId, open: () => Promise<Outcome<null>>, opened: Down): Promise<Outcome<Down>> {
    const allowed = await this.#peers.user(user).takeOpening()
    return 'refused' in allowed ? allowed : then(await open(), () => opened)
  }

  async #history(
    connection: Connection,
    user: UserId,
    { id: re, room, direction, anchor, limit }: History,
  ): Promise<boolean> {
    if (!(await this.#portions.next(connection, connection.epoch))) return false
    const outcome = await this.#peers.room(room).history(user, direction, anchor, limit)
    if ('refused' in outcome) connection.say({ type: 'failed', re, refusal: outcome.refused })
    else {
      const { floor, head, records } = outcome.ok
      const fields = { type: 'page', re, room, floor, head }
      connection.compose((scratch) => composeWithItems(scratch, fields, 'records', records))
    }
    return true
  }

  async #files(connection: Connection, user: UserId, { id: re, room, before }: ListFiles): Promise<boolean> {
    if (!(await this.#portions.next(connection, connection.epoch))) return false
    const outcome = await this.#peers.room(room).sharedFiles(user, before)
    if ('refused' in outcome) connection.say({ type: 'failed', re, refusal: outcome.refused })
    else {
      const { more, records } = outcome.ok
      connection.compose((scratch) => composeWithItems(scratch, { type: 'files', re, room, more }, 'records', records))
    }
    return true
  }

  async #find(handle: string): Promise<Outcome<Profile>> {
    const claim = handleClaim(handle)
    const found = await this.#peers.directory(directoryShard(claim)).lookup(claim)
    if ('refused' in found) return found
    return found.ok ? this.#peers.user(found.ok).profile() : refuse('not-found', 'no such user')
  }

  async #profiles(users: readonly UserId[]): Promise<Profile[]> {
    const answers = await Promise.all(users.map((user) => this.#peers.user(user).profile()))
    return answers.flatMap((answer) => ('ok' in answer ? [answer.ok] : []))
  }
}

function then<T>(outcome: Outcome<T>, answer: (value: T) => Down): Outcome<Down> {
  return 'ok' in outcome ? ok(answer(outcome.ok)) : outcome
}

/** What may be long waits until the client has room for it. */
async function inTurn(connection: Connection, request: MemberRequest, answer: () => Promise<boolean>): Promise<void> {
  const turn = connection.inTurn(answer)
  if (!turn) fail(connection, request, TOO_MANY)
  else if (!(await turn)) fail(connection, request, MOVED_ON)
}

function fail(connection: Connection, { id }: MemberRequest, { refused }: { refused: Refusal }): void {
  connection.say({ type: 'failed', re: id, refusal: refused })
}
