import './threads.ts'
import type { Log } from '#durable/ports/log.ts'
import { exposureOf } from './exposure.ts'
import { startHost } from './host.ts'
import { openLog, takeConsole } from './log.ts'
import { CANNOT_START, explain, runUntilStopped } from './running.ts'
import { readSettings } from './settings.ts'
import { answerTo } from './settings-table.ts'
import { StartError } from './start-error.ts'
import { systemWords } from './store/system-words.ts'

/** As launch/runtime.mjs has it: an older one would start, and fail at the first thing that it does not know. */
const OLDEST_NODE = 24

async function main(): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE)
    throw new StartError(
      `Snug runs on Node ${OLDEST_NODE} or newer, and this is ${process.versions.node}: npm start brings one.`,
    )
  const settings = readSettings(process.argv.slice(2), process.env)
  if (typeof settings === 'string') {
    process.stdout.write(answerTo(settings))
    return
  }
  const log = openLog(settings.logLevel, process.stdout.isTTY)
  takeConsole(log)
  watchForFaults(log)
  const host = await startHost({ settings, log, onFailure: (error) => stopAtOnce(error, log) })
  await runUntilStopped(host, { log, data: settings.data, warning: exposureOf(settings) })
}

function stopAtOnce(error: Error, log: Log): never {
  if (error instanceof StartError) log.error(error.message, detailsOf(error))
  else
    log.error(
      'the store cannot write (is the disk full?), belongs to another host now, or a thread could not be replaced; the host stops at once',
      { error },
    )
  process.exit(CANNOT_START)
}

/** Where the system itself has refused, the sentence says all. */
function detailsOf({ cause }: StartError): Record<string, unknown> {
  return systemWords(cause) === undefined ? { error: cause } : {}
}

function watchForFaults(log: Log): void {
  process.on('unhandledRejection', (error) => log.error('a failure that nobody handled', { error }))
  process.on('uncaughtException', (error) => {
    log.error('a fault; the host stops, since its memory cannot be trusted', { error })
    process.exit(CANNOT_START)
  })
  // Whoever read the log may be gone before us.
  process.stdout.on('error', () => {})
}

main().catch((error) => process.exit(explain(error)))
