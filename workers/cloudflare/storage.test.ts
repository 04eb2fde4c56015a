import WebSocket from 'ws'
import type { Storage } from '#durable/ports/storage.ts'
import { storageContract } from '#tests/contracts/storage.ts'
import { type Answer, decode, encode } from '#tests/support/workerd/wire.ts'
import { Workerd } from '#tests/support/workerd.ts'

/** A handle on the storage of an object in workerd: its operations go over one socket, so they keep their order. */
class RemoteStorage implements Storage {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #asked = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => this.#settle(decode<Answer>(String(data))))
    socket.on('error', () => {})
  }

  static async open(url: string, actor: string): Promise<RemoteStorage> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/?actor=${encodeURIComponent(actor)}`)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    socket.once('open', resolve)
    socket.once('error', reject)
    await promise
    return new RemoteStorage(socket)
  }

  get: Storage['get'] = (...args) => this.#ask('get', args)
  range: Storage['range'] = (...args) => this.#ask('range', args)
  page: Storage['page'] = (...args) => this.#ask('page', args)
  commit: Storage['commit'] = (...args) => this.#ask('commit', args)

  alarm(): Promise<number | null> {
    return this.#ask('alarm', [])
  }

  #ask<Result>(operation: string, args: readonly unknown[]): Promise<Result> {
    const id = this.#asked++
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.set(id, answer)
    this.#socket.send(encode({ id, operation, args }))
    return answer.promise as Promise<Result>
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('error' in answer) waiting?.reject(new Error(answer.error))
    else waiting?.resolve(answer.result)
  }
}

storageContract('SQLite of a Durable Object', async () => {
  const workerd = await Workerd.start('tests/support/workerd/storage-worker.ts', {
    durableObjects: { STORAGE: { className: 'StorageObject', useSQLite: true } },
  })
  const open = async (actor: string) => RemoteStorage.open(await workerd.url(), actor)
  return {
    open,
    alarm: async (actor) => (await open(actor)).alarm(),
    restart: () => workerd.restart(),
    close: () => workerd.dispose(),
  }
})
