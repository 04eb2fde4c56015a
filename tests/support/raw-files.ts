import { randomBytes } from 'node:crypto'
import type { SignedPut } from '#durable/ports/object-store.ts'
import { type FileId, makeId, type RoomId } from '#protocol/ids.ts'
import { declarationOf } from './files.ts'
import type { RawClient } from './raw-client.ts'

/** Files of a client that says exactly what it is told to. `url`: of the host, which may be where they lie. */

export async function declareRaw(client: RawClient, bytes: Buffer): Promise<FileId> {
  const file = makeId('file', randomBytes(16))
  const declaration = declarationOf(file, bytes, 'a.png', 'image/png')
  const answer = await client.asks({ type: 'declare-file', id: 10, declaration })
  if (answer.type !== 'upload' || answer.state !== 'declared') throw new Error(JSON.stringify(answer))
  return file
}

export async function signRaw(client: RawClient, file: FileId): Promise<SignedPut> {
  const answer = await client.asks({ type: 'sign-upload', id: 11, file })
  if (answer.type !== 'puts' || !answer.puts[0]) throw new Error(JSON.stringify(answer))
  return answer.puts[0]
}

/** Answers the status. */
export async function putRaw(url: string, put: SignedPut, bytes: Buffer): Promise<number> {
  const { headers } = put
  const sent = await fetch(new URL(put.url, url), { method: 'PUT', headers, body: new Uint8Array(bytes) })
  await sent.arrayBuffer()
  return sent.status
}

export function finishRaw(client: RawClient, file: FileId) {
  return client.asks({ type: 'finish-upload', id: 12, file })
}

export function nameRaw(client: RawClient, room: RoomId, file: FileId) {
  const producer = makeId('producer', randomBytes(16))
  return client.asks({ type: 'send', room, producer, n: 1, text: '', files: [{ file }] })
}

export async function fetchRaw(url: string, client: RawClient, room: RoomId, file: FileId): Promise<Response> {
  const answer = await client.asks({ type: 'get-file', id: 13, room, file })
  if (answer.type !== 'file-url') throw new Error(JSON.stringify(answer))
  return fetch(new URL(answer.url, url))
}
