import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Clock } from '#durable/ports/clock.ts'
import {
  type Content,
  type Download,
  type ObjectStore,
  type SignedPut,
  URL_LASTS_MS,
  type Verdict,
  wholeLength,
} from '#durable/ports/object-store.ts'
import { type Outcome, ok } from '#protocol/errors.ts'
import {
  type Bytes,
  getParameters,
  OBJECTS_PATH,
  type ObjectFiles,
  type Place,
  putParameters,
  type Received,
} from '#workers/object-routes.ts'
import type { SignedUrls } from '#workers/signed-urls.ts'
import { passing } from '../heap/passing-bytes.ts'
import { syncFolder } from '../store/files.ts'

/** What comes in is written here, and moves to its place when it is what was declared. */
const INCOMING = 'incoming'
const PARTS = 'parts'
const COPIED_AT_ONCE = 1024 * 1024

/** Objects in a folder of this machine, handed out by the host itself (workers/object-routes.ts). */
export class FolderObjects implements ObjectStore, ObjectFiles {
  /** What was not declared never gets to its place. */
  readonly copy = undefined
  readonly #folder: string
  readonly #urls: SignedUrls
  readonly #clock: Clock

  private constructor(folder: string, urls: SignedUrls, clock: Clock) {
    this.#folder = folder
    this.#urls = urls
    this.#clock = clock
  }

  static async open(folder: string, urls: SignedUrls, clock: Clock): Promise<FolderObjects> {
    await mkdir(join(folder, INCOMING), { recursive: true, mode: 0o700 })
    await mkdir(join(folder, PARTS), { recursive: true, mode: 0o700 })
    return new FolderObjects(folder, urls, clock)
  }

  /** Of how many of these objects it has a file; undefined where there is no such folder. */
  static async countIn(folder: string, keys: readonly string[]): Promise<number | undefined> {
    if ((await sizeOf(folder)) === undefined) return undefined
    const sizes = await Promise.all(keys.map((key) => sizeOf(placeIn(folder, key))))
    return sizes.filter((size) => size !== undefined).length
  }

  /** Removes what was coming in when the host ended. */
  static async tidy(folder: string): Promise<void> {
    await rm(join(folder, INCOMING), { recursive: true, force: true })
  }

  async presignPut(key: string, content: Content): Promise<SignedPut> {
    return this.#presign({ key }, content)
  }

  async presignPart(key: string, upload: string, number: number, content: Content): Promise<SignedPut> {
    return this.#presign({ key, part: { upload, number } }, content)
  }

  async presignGet(key: string, download: Download): Promise<string> {
    return this.#urls.sign('GET', pathOf(key), getParameters(download), this.#clock.now() + URL_LASTS_MS)
  }

  /** What was not declared never got there. */
  async verify(key: string, contents: readonly Content[]): Promise<Outcome<Verdict>> {
    const bytes = wholeLength(contents)
    const size = await sizeOf(this.#fileOf(key))
    return ok(size === undefined ? 'missing' : size === bytes ? 'equal' : 'different')
  }

  async delete(key: string): Promise<Outcome<null>> {
    await rm(this.#fileOf(key), { force: true })
    return ok(null)
  }

  async beginParts(): Promise<Outcome<string>> {
    return ok(randomBytes(16).toString('base64url'))
  }

  async joinParts(key: string, upload: string, parts: readonly Content[]): Promise<Outcome<Verdict>> {
    if ((await sizeOf(this.#fileOf(key))) === wholeLength(parts)) return ok('equal')
    for (const [i, { bytes }] of parts.entries()) {
      const size = await sizeOf(this.#partOf({ upload, number: i + 1 }))
      if (size !== bytes) return ok(size === undefined ? 'missing' : 'different')
    }
    await this.#receive(this.#fileOf(key), async (file) => {
      // The same for all of them: a stream would take new memory for each read.
      const memory = Buffer.allocUnsafeSlow(COPIED_AT_ONCE)
      for (const number of parts.keys()) await append(this.#partOf({ upload, number: number + 1 }), file, memory)
      return true
    })
    await this.dropParts(key, upload)
    return ok('equal')
  }

  async dropParts(_key: string, upload: string): Promise<Outcome<null>> {
    await rm(join(this.#folder, PARTS, nameIn(upload)), { recursive: true, force: true })
    return ok(null)
  }

  async write({ key, part }: Place, content: Content, bytes: Bytes, signal: AbortSignal): Promise<Received> {
    const path = part ? this.#partOf(part) : this.#fileOf(key)
    try {
      const isKept = await this.#receive(path, (file) => isDeclared(file, content, Readable.fromWeb(bytes, { signal })))
      return isKept ? 'kept' : 'different'
    } catch (error) {
      if (hasCode(error, 'ENOSPC', 'EDQUOT')) return 'no space'
      if (hasCode(error, 'ABORT_ERR', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE')) return 'cut off'
      throw error
    }
  }

  async read(key: string) {
    const path = this.#fileOf(key)
    const bytes = await sizeOf(path)
    if (bytes === undefined) return undefined
    const from = (start: number, end: number) =>
      (end > start ? Readable.toWeb(Readable.from(chunksOf(path, start, end))) : new Blob([]).stream()) as Bytes
    return { bytes, from }
  }

  /** Keeps bytes as they come, for whoever knows that they are right. */
  async put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#receive(this.#fileOf(key), async (file) => {
      for await (const chunk of bytes) await writeAll(file, chunk)
      return true
    })
  }

  /** Whoever sees the file there sees all of it, also after a power cut. */
  async #receive(path: string, fill: (file: FileHandle) => Promise<boolean>): Promise<boolean> {
    const incoming = join(this.#folder, INCOMING, randomBytes(16).toString('base64url'))
    const file = await open(incoming, 'wx', 0o600)
    try {
      if (!(await fill(file))) return false
      await file.datasync()
      await moveForGood(incoming, path)
      return true
    } finally {
      await file.close()
      await rm(incoming, { force: true })
    }
  }

  #presign(place: Place, content: Content): SignedPut {
    const until = this.#clock.now() + URL_LASTS_MS
    return { url: this.#urls.sign('PUT', pathOf(place.key), putParameters(place, content), until), headers: {} }
  }

  #fileOf(key: string): string {
    return placeIn(this.#folder, key)
  }

  #partOf({ upload, number }: { upload: string; number: number }): string {
    return join(this.#folder, PARTS, nameIn(upload), String(number))
  }
}

/** A folder with very many files is slow to look through: they are spread over some. */
function placeIn(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), nameIn(key))
}

/** What names a file here comes from rows and archives: it is to be one name, and no way out of the folder. */
function nameIn(text: string): string {
  if (!/^[\w-]+$/.test(text)) throw new RangeError(`${JSON.stringify(text)} is no name of an object`)
  return text
}

function pathOf(key: string): string {
  return `${OBJECTS_PATH}/${key}`
}

async function* chunksOf(path: string, start: number, end: number): AsyncIterable<Uint8Array> {
  for await (const chunk of createReadStream(path, { start, end: end - 1 })) {
    passing(chunk.length)
    yield chunk
  }
}

async function isDeclared(file: FileHandle, { bytes, sha256 }: Content, body: Readable): Promise<boolean> {
  const hash = createHash('sha256')
  let received = 0
  for await (const chunk of body) {
    received += chunk.length
    if (received > bytes) return false
    passing(chunk.length)
    hash.update(chunk)
    await writeAll(file, chunk)
  }
  return received === bytes && hash.digest('base64url') === sha256
}

async function append(path: string, file: FileHandle, memory: Buffer): Promise<void> {
  const part = await open(path)
  try {
    for (;;) {
      const { bytesRead } = await part.read(memory)
      if (bytesRead === 0) return
      await writeAll(file, memory.subarray(0, bytesRead))
    }
  } finally {
    await part.close()
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten
}

async function moveForGood(from: string, to: string): Promise<void> {
  const folder = join(to, '..')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await rename(from, to)
  await syncFolder(folder)
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
