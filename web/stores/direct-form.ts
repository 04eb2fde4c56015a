import { makeAutoObservable } from 'mobx'
import type { Snug } from '#client/index.ts'
import type { RoomId } from '#protocol/ids.ts'
import { Attempt } from './attempt.ts'
import { cleanHandle, isHandle } from './handles.ts'
import type { SessionStore } from './session-store.ts'

type Client = Pick<Snug, 'findUser' | 'openDirect'>
type Problem = 'not-a-handle' | 'yourself'

/** Opens a direct conversation with somebody whose handle is known. */
export class DirectForm {
  typed = ''
  problem: Problem | undefined = undefined
  readonly opening = new Attempt()
  readonly #client: Client
  readonly #session: SessionStore

  constructor(client: Client, session: SessionStore) {
    this.#client = client
    this.#session = session
    makeAutoObservable(this, { opening: false })
  }

  get handle(): string {
    return cleanHandle(this.typed)
  }

  type(text: string): void {
    this.typed = text
    this.problem = undefined
    this.opening.forget()
  }

  /** The room, unless something is wrong with what was typed or the server refused. */
  async open(): Promise<RoomId | undefined> {
    const { handle } = this
    this.problem = !isHandle(handle) ? 'not-a-handle' : handle === this.#session.me?.handle ? 'yourself' : undefined
    if (this.problem) return undefined
    let room: RoomId | undefined
    await this.opening.run(async () => {
      const { user } = await this.#client.findUser(handle)
      room = await this.#client.openDirect(user)
    })
    return room
  }
}
