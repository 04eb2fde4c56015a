import { createTarPacker } from 'modern-tar'
import { toUtf8 } from '#protocol/text.ts'
import { ABOUT, type Contents, type CopiedObject, END, FORMAT, isTransient, OBJECTS, rowsName } from './format.ts'
import type { CopiedRow } from './rows.ts'
import { Sum } from './totals.ts'

/** The bytes of an object, and what they were when all have gone by. */
export type ObjectBytes = {
  readonly bytes: number
  readonly body: ReadableStream<Uint8Array>
  /** Of what was read so far, in base64url. */
  sha256(): string
}

/** What is to be kept. */
export type BackupSource = {
  readonly takenAt: number
  /** All rows of all actors at one moment, each once. */
  rows(): AsyncIterable<readonly CopiedRow[]>
  /** The objects that those rows name, with their bytes where they are to be kept; asked when all rows have been told. */
  objects(): AsyncIterable<{ readonly key: string; readonly content?: ObjectBytes | undefined }>
  /** Called at the end; with a reason where it broke off. */
  end(failure?: unknown): Promise<void>
}

const FILE_BYTES = 512 * 1024

/** The archive as it grows. Where the source fails, it breaks off. */
export function writeBackup(source: BackupSource): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker()
  const archive = new Archive((name, size) => controller.add({ name, size, mode: 0o600, mtime: new Date(0) }))
  writeAndEnd(archive, source).then(
    () => controller.finalize(),
    (error) => controller.error(error),
  )
  return readable
}

async function writeAndEnd(archive: Archive, source: BackupSource): Promise<void> {
  try {
    await writeAll(archive, source)
  } catch (error) {
    await source.end(error)
    throw error
  }
  await source.end()
}

async function writeAll(archive: Archive, source: BackupSource): Promise<void> {
  await archive.addJson(ABOUT, { format: FORMAT, takenAt: source.takenAt })
  const sum = new Sum()
  const lines = new Lines((number, bytes) => archive.add(rowsName(number), bytes))
  for await (const some of source.rows())
    for (const row of some) if (!isTransient(row[0])) await lines.add(sum.add(row))
  await lines.end()
  const kept: CopiedObject[] = []
  for await (const { key, content } of source.objects()) {
    if (content) await archive.addStream(`${OBJECTS}${key}`, content)
    kept.push({ key, ...(content && { sha256: content.sha256() }) })
  }
  await archive.addJson(END, { rows: sum.totals, objects: kept } satisfies Contents)
}

class Archive {
  readonly #open: (name: string, size: number) => WritableStream<Uint8Array>

  constructor(open: (name: string, size: number) => WritableStream<Uint8Array>) {
    this.#open = open
  }

  addJson(name: string, value: unknown): Promise<void> {
    return this.add(name, toUtf8(`${JSON.stringify(value)}\n`))
  }

  async add(name: string, bytes: Uint8Array): Promise<void> {
    const writer = this.#open(name, bytes.length).getWriter()
    await writer.write(bytes)
    await writer.close()
  }

  async addStream(name: string, { bytes, body }: ObjectBytes): Promise<void> {
    await body.pipeTo(this.#open(name, bytes))
  }
}

/** Gathers lines into files. */
class Lines {
  readonly #write: (number: number, bytes: Uint8Array) => Promise<void>
  #number = 0
  #lines: Uint8Array[] = []
  #bytes = 0

  constructor(write: (number: number, bytes: Uint8Array) => Promise<void>) {
    this.#write = write
  }

  async add(line: Uint8Array): Promise<void> {
    this.#lines.push(line)
    this.#bytes += line.length
    if (this.#bytes >= FILE_BYTES) await this.end()
  }

  async end(): Promise<void> {
    if (this.#lines.length === 0) return
    const file = new Uint8Array(this.#bytes)
    let at = 0
    for (const line of this.#lines) {
      file.set(line, at)
      at += line.length
    }
    this.#lines = []
    this.#bytes = 0
    await this.#write(++this.#number, file)
  }
}
