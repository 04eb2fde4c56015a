import { makeAutoObservable, observableRef } from 'mobx'
import type { ServerView, Snug } from '#client/index.ts'
import type { Preferences } from '../preferences.ts'

const KEY = 'server-name'
const FILES_KEY = 'server-file-mib'
const MIB = 1024 * 1024
/** What a server is called that nobody has named (node-host/settings-schema.ts). */
const PRODUCT = 'Snug'

type Client = Pick<Snug, 'server' | 'on'>

/** The server as it presents itself, and whether others on the network can listen in. */
export class ServerStore {
  private name: string
  private fileMib: number
  private current: ServerView | undefined
  readonly #preferences: Preferences

  /** Both are remembered: they are wanted before the server is reached, and without it. */
  constructor(client: Client, preferences: Preferences) {
    this.#preferences = preferences
    this.current = client.server
    this.name = client.server?.name ?? preferences.read(KEY) ?? ''
    this.fileMib = client.server?.fileMib ?? Number(preferences.read(FILES_KEY) ?? 0)
    makeAutoObservable<ServerStore, 'current'>(this, { current: observableRef })
    client.on('server', (server) => this.take(server))
  }

  /** The name that its owner gave it, if any. */
  get ownName(): string | undefined {
    return this.name === '' || this.name === PRODUCT ? undefined : this.name
  }

  /** What the page is called. */
  get title(): string {
    return this.ownName ?? PRODUCT
  }

  /** How large a file may be; 0 where there are none. */
  get fileBytes(): number {
    return this.fileMib * MIB
  }

  /** People talk over a network in the open, because the owner allows it. */
  get isUnprotected(): boolean {
    return this.current?.transport === 'insecure-allowed'
  }

  /** Nobody can log in from here: the address is not secure, and the owner does not allow it. */
  get isClosed(): boolean {
    return this.current?.transport === 'insecure'
  }

  private take(server: ServerView): void {
    this.current = server
    this.name = server.name.trim()
    this.fileMib = server.fileMib
    this.#preferences.write(KEY, this.name)
    this.#preferences.write(FILES_KEY, String(server.fileMib))
  }
}
