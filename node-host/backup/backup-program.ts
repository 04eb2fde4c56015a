import '../threads.ts'
import { createReadStream, createWriteStream } from 'node:fs'
import { access, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Contents } from '#workers/backup/format.ts'
import { readBackup } from '#workers/backup/read.ts'
import { explain } from '../running.ts'
import type { Settings } from '../settings-schema.ts'
import { sizeOf } from '../size.ts'
import { StartError } from '../start-error.ts'
import { syncFolder } from '../store/files.ts'
import { codeOf, systemWords } from '../store/system-words.ts'
import { readArguments } from './arguments.ts'
import { askForBackup } from './ask-for-backup.ts'
import { type ArchiveAtRest, backupAtRest, backupOfEdge } from './backup-at-rest.ts'
import { inspecting } from './inspecting.ts'
import { counted, incomplete, missingIn, sentenceOf } from './words.ts'

/** `npm run backup -- FILE`: of a host that runs, or of what one has left. */
async function main(): Promise<void> {
  const { file, withFiles, edge, settings } = readArguments('backup', process.argv.slice(2), process.env)
  const path = resolve(file)
  await assertNew(path)
  const contents = await (edge === undefined
    ? keepOwn(path, settings, withFiles)
    : keepWhole(await backupOfEdge(edge, settings, withFiles), path))
  const { size } = await stat(path)
  process.stdout.write(`Saved in ${path} (${sizeOf(size)}), and read once more: ${sentenceOf(contents)}.\n`)
  const isNamedOnly = !withFiles || (edge !== undefined && settings.s3Url === undefined)
  const missing = missingIn(contents)
  if (missing > 0 && !isNamedOnly) throw new StartError(incomplete(missing))
}

async function keepOwn(path: string, settings: Settings, withFiles: boolean): Promise<Contents> {
  const archive = await askForBackup(settings.data, withFiles)
  return archive ? keep(archive, path) : keepWhole(await backupAtRest(settings, withFiles), path)
}

/** The program ends when what it has opened is closed. */
async function keepWhole({ archive, closed }: ArchiveAtRest, path: string): Promise<Contents> {
  try {
    return await keep(archive, path)
  } finally {
    await closed
  }
}

async function assertNew(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (isThere) throw new StartError(`There is a file ${path} already: name another one.`)
}

/** Under its name there is a whole backup, or nothing. */
async function keep(archive: Readable, path: string): Promise<Contents> {
  const draft = `${path}.part`
  try {
    await pipeline(archive, counted('Copied'), createWriteStream(draft, { mode: 0o600 }))
    const file = await open(draft)
    await file.sync()
    await file.close()
    const contents = await readBackup(Readable.toWeb(createReadStream(draft)) as ReadableStream<Uint8Array>, inspecting)
    await rename(draft, path)
    await syncFolder(dirname(path))
    return contents
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    const reason = wordsOf(error)
    throw new StartError(`The backup was not made: ${reason}.`, { cause: error })
  }
}

/** What the host says when it cannot go on is no more than that the connection ends. */
function wordsOf(error: unknown): string {
  if (codeOf(error) === 'ECONNRESET') return 'Snug broke it off, and its log says why'
  return systemWords(error) ?? (error instanceof Error ? error.message : String(error))
}

main().catch((error) => process.exit(explain(error)))
