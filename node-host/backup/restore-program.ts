import '../threads.ts'
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { BadBackup, readBackup } from '#workers/backup/read.ts'
import { openLog } from '../log.ts'
import { explain } from '../running.ts'
import type { Settings } from '../settings-schema.ts'
import { StartError } from '../start-error.ts'
import { codeOf, systemWords } from '../store/system-words.ts'
import { readArguments } from './arguments.ts'
import { inspecting } from './inspecting.ts'
import { openEdge } from './open-edge.ts'
import { openWhole, type WholeStore } from './open-whole.ts'
import { assertFree, restore } from './restore.ts'
import { counted, sentenceOf } from './words.ts'

/** `npm run restore -- FILE`: into a store of whichever kind the settings say, in which nothing is kept yet. */
async function main(): Promise<void> {
  const { file, edge, settings } = readArguments('restore', process.argv.slice(2), process.env)
  const path = resolve(file)
  // Before anything is written it is known that all of it can be read.
  await readBackup(streamOf(path, 'Checked'), inspecting).catch((error) => {
    throw cannotRestore(path, error)
  })
  const { store, contents, close } = await open(edge, settings)
  try {
    await assertFree(store)
    const restored = await restore(streamOf(path, 'Restored'), store, contents).catch((error) => {
      throw cannotRestore(path, error)
    })
    process.stdout.write(`Restored from ${path}, and compared with it: ${sentenceOf(restored.contents)}.\n`)
    tellMissing(restored.missingObjects.length)
  } finally {
    await close()
  }
}

function open(edge: string | undefined, settings: Settings): Promise<WholeStore> {
  if (edge !== undefined) return openEdge(edge, settings)
  return openWhole(settings, openLog(settings.logLevel, process.stdout.isTTY))
}

function streamOf(path: string, what: string): ReadableStream<Uint8Array> {
  const file = createReadStream(path)
  const passed = counted(what)
  file.on('error', (error) => passed.destroy(error))
  return Readable.toWeb(file.pipe(passed)) as ReadableStream<Uint8Array>
}

function tellMissing(count: number): void {
  if (count > 0)
    process.stdout.write(
      `Of ${count} files the bytes are neither in this backup nor where files are kept now: copy them there, under the same names.\n`,
    )
}

const UNREAD: Readonly<Record<string, string>> = {
  EACCES: 'permission denied: restore as a user who may read it',
  EISDIR: 'it is a folder',
}

function cannotRestore(path: string, error: unknown): unknown {
  const cause = codeOf(error instanceof BadBackup ? error.cause : error)
  if (cause === 'ENOENT') return new StartError(`There is no file ${path}.`, { cause: error })
  const unread = UNREAD[cause]
  if (unread) return new StartError(`The backup ${path} cannot be read: ${unread}.`, { cause: error })
  if (error instanceof BadBackup) return new StartError(`The backup ${path} ${error.message}.`, { cause: error })
  const words = systemWords(error) ?? systemWords(error instanceof Error ? error.cause : undefined)
  return words === undefined
    ? error
    : new StartError(`The backup ${path} was not restored: ${words}.`, { cause: error })
}

main().catch((error) => process.exit(explain(error)))
