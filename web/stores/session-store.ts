import { makeAutoObservable, observableRef } from 'mobx'
import type { Account, Connection, Snug } from '#client/index.ts'
import { Attempt } from './attempt.ts'

type Client = Pick<
  Snug,
  'account' | 'connection' | 'on' | 'reconnectNow' | 'register' | 'logIn' | 'logOut' | 'createInvitation'
>

/** Who is logged in here, and how the connection does. */
export class SessionStore {
  connection: Connection
  account: Account
  /** What the device says of its network; false is certain, true is a guess. */
  online = true
  readonly entering = new Attempt()
  readonly leaving = new Attempt()
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
    this.connection = client.connection
    this.account = client.account
    makeAutoObservable(this, { connection: observableRef, account: observableRef, entering: false, leaving: false })
    client.on('connection', (connection) => this.takeConnection(connection))
    client.on('account', (account) => this.takeAccount(account))
  }

  /** The account, where somebody is logged in. */
  get me() {
    return this.account.status === 'logged-in' ? this.account : undefined
  }

  register(input: Parameters<Snug['register']>[0]): Promise<boolean> {
    return this.entering.run(() => this.#client.register(input))
  }

  logIn(input: Parameters<Snug['logIn']>[0]): Promise<boolean> {
    return this.entering.run(() => this.#client.logIn(input))
  }

  logOut(): Promise<boolean> {
    return this.leaving.run(() => this.#client.logOut())
  }

  tryNow(): void {
    this.#client.reconnectNow()
  }

  /** What the person should be told: without a network there is no connection, whatever the socket still believes. */
  get shownConnection(): Connection {
    const lost = !this.online && this.connection.status !== 'refused'
    return lost ? { status: 'waiting' } : this.connection
  }

  /** Whether what is not here may still come with what the server is about to tell. */
  get isArriving(): boolean {
    const { status } = this.shownConnection
    return status === 'connecting' || status === 'catching-up'
  }

  /** Whether nothing can be asked of the server for now. */
  get isCutOff(): boolean {
    const { status } = this.shownConnection
    return !this.isArriving && status !== 'live' && status !== 'stalled'
  }

  setOnline(online: boolean): void {
    const isBack = online && !this.online
    this.online = online
    if (isBack) this.#client.reconnectNow()
  }

  private takeConnection(connection: Connection): void {
    this.connection = connection
  }

  private takeAccount(account: Account): void {
    this.account = account
  }
}
