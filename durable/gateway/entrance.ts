import type { Down } from '#protocol/down.ts'
import { closeCodes, type Outcome, refuse } from '#protocol/errors.ts'
import type { DeviceId, UserId } from '#protocol/ids.ts'
import type { Authenticate } from '#protocol/up/authenticate.ts'
import type { Hello } from '#protocol/up/hello.ts'
import type { LogIn } from '#protocol/up/log-in.ts'
import type { Register } from '#protocol/up/register.ts'
import { type Up, upTypes } from '#protocol/up.ts'
import { negotiate } from '#protocol/version.ts'
import { handleClaim } from '../directory/claims.ts'
import type { Subscriber } from '../followers.ts'
import { directoryShard } from '../identity.ts'
import type { Host } from '../ports/host.ts'
import { isPassword } from '../user/passwords.ts'
import type { SessionInfo } from '../user/session-info.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import { weaknessOf } from './weak-passwords.ts'

export type EntranceEvent = Register | LogIn | Authenticate

const UNDERSTOOD = upTypes()
const WRONG_CREDENTIALS = refuse('wrong-credentials', 'unknown user or wrong password')

/** How a connection comes in: hello, then exactly one way to say who it is. */
export class Entrance {
  readonly #host: Host
  readonly #subscriber: Subscriber
  readonly #connections: Connections
  readonly #close: (connection: Connection, code: number, reason: string) => void

  constructor(
    host: Host,
    subscriber: Subscriber,
    connections: Connections,
    close: (connection: Connection, code: number, reason: string) => void,
  ) {
    this.#host = host
    this.#subscriber = subscriber
    this.#connections = connections
    this.#close = close
  }

  welcome(connection: Connection, { versions }: Hello): void {
    const version = negotiate(versions)
    if (version === undefined) {
      connection.say({ type: 'failed', refusal: refuse('unsupported-version', 'this server speaks version 1').refused })
      this.#close(connection, closeCodes.unsupportedVersion, 'no common version')
      return
    }
    connection.welcome(this.#host.clock.now())
    const { serverName: server, fileMib } = this.#host.limits
    const { transport } = connection.origin
    connection.say({ type: 'welcome', version, server, transport, understands: UNDERSTOOD, fileMib })
  }

  /** Lets the connection in, or says why not; it may then try again. */
  async enter(connection: Connection, event: EntranceEvent): Promise<void> {
    if (connection.origin.transport === 'insecure') {
      const refusal = refuse(
        'insecure-connection',
        'log-in needs HTTPS, or a server started for an insecure network',
      ).refused
      return connection.say({ type: 'failed', re: event.id, refusal })
    }
    const began = this.#host.clock.now()
    connection.session = { state: 'authenticating' }
    try {
      const outcome = await this.#identify(connection, event)
      if (connection.isOpen) connection.say(answer(event.id, outcome))
    } finally {
      if (connection.session.state === 'authenticating') connection.turnAway(this.#host.clock.now() - began)
    }
  }

  async #identify(connection: Connection, event: EntranceEvent): Promise<Outcome<SessionInfo>> {
    const { network } = connection.origin
    switch (event.type) {
      case 'register':
        return this.#letIn(connection, event.user, event.device, () => this.#register(event, network))
      case 'log-in':
        return this.#logIn(connection, event, network)
      case 'authenticate': {
        const { user, device, secret } = parseToken(event.token)
        const authenticate = () => this.#host.peers.user(user).authenticate(device, secret, this.#subscriber)
        return this.#letIn(connection, user, device, authenticate)
      }
    }
  }

  /** Asks one account. From here on a device that it revokes is closed. */
  async #letIn(
    connection: Connection,
    user: UserId,
    device: DeviceId,
    ask: () => Promise<Outcome<SessionInfo>>,
  ): Promise<Outcome<SessionInfo>> {
    connection.session = { state: 'authenticating', as: { user, device } }
    const outcome = await ask()
    if (connection.isOpen && 'ok' in outcome) {
      connection.session = { state: 'authenticated', user, device }
      this.#connections.loggedIn(connection)
    }
    return outcome
  }

  async #register({ user, password, handle, ...rest }: Register, network: string): Promise<Outcome<SessionInfo>> {
    const weakness = weaknessOf(password, handle)
    if (weakness !== undefined) return refuse('weak-password', weakness)
    const { invitation, name, device, deviceName } = rest
    const registration = { invitation, handle, name, password, device, deviceName, network }
    return this.#host.peers.user(user).register(registration, this.#subscriber)
  }

  async #logIn(connection: Connection, event: LogIn, network: string): Promise<Outcome<SessionInfo>> {
    const { handle, password, device, deviceName } = event
    const { peers } = this.#host
    const claim = handleClaim(handle)
    const found = await peers.directory(directoryShard(claim)).lookup(claim)
    if ('refused' in found) return found
    const user = found.ok
    if (user) {
      const credentials = { password, device, deviceName, network }
      return this.#letIn(connection, user, device, () => peers.user(user).logIn(credentials, this.#subscriber))
    }
    // An unknown handle is answered like a wrong password: as late, and as seldom.
    const checked = await isPassword(peers, { handle }, password, network)
    return 'refused' in checked ? checked : WRONG_CREDENTIALS
  }
}

export function isEntrance(event: Up): event is EntranceEvent {
  return event.type === 'register' || event.type === 'log-in' || event.type === 'authenticate'
}

function answer(re: number, outcome: Outcome<SessionInfo>): Down {
  return 'ok' in outcome ? { type: 'session', re, ...outcome.ok } : { type: 'failed', re, refusal: outcome.refused }
}

/** The token was checked against its schema when the frame was decoded. */
function parseToken(token: string): { user: UserId; device: DeviceId; secret: string } {
  const [user, device, secret] = token.split('.')
  return { user: user as UserId, device: device as DeviceId, secret: secret ?? '' }
}
