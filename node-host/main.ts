import './threads.ts'
import type { Log } from '#durable/ports/log.ts'
import { isLoopback } from '#workers/addresses.ts'
import { type RunningHost, startHost } from './host.ts'
import { openLog } from './log.ts'
import { readSettings, SettingsError, unknownVariables } from './settings.ts'
import type { Settings } from './settings-schema.ts'
import { helpText } from './settings-table.ts'
import { StartError } from './start-error.ts'

const CANNOT_START = 1
const BAD_SETTINGS = 2
/** Ctrl-C reaches us twice under `npm start`: from the terminal, and passed on by npm. */
const SAME_KEY_PRESS_MS = 500

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env)
  if (settings === 'help') {
    process.stdout.write(helpText())
    return
  }
  const log = openLog(settings.logLevel, process.stdout.isTTY)
  watchForFaults(log)
  for (const variable of unknownVariables(process.env)) log.warn('there is no such setting', { variable })
  const host = await startHost({ settings, log, onFailure: (error) => stopAtOnce(error, log) })
  stopOnSignal(host, log)
  announce(host, settings, log)
}

function announce({ urls, invitation }: RunningHost, settings: Settings, log: Log): void {
  log.info('ready', { urls, ...(invitation !== undefined && { invitation }) })
  tell(`Snug runs at ${urls.join(' and ')}`)
  const warning = exposureOf(settings)
  if (warning !== undefined) {
    log.warn(warning)
    tell(warning)
  }
  if (invitation !== undefined) tell(`Nobody owns it yet. Whoever opens this invitation first does:\n${invitation}`)
}

/** What whoever lets others in without HTTPS should know. */
function exposureOf({ host, publicUrl, insecureLan }: Settings): string | undefined {
  if (insecureLan) return 'People on the network talk unprotected: whoever can listen in on it reads everything.'
  if (publicUrl !== undefined || isLoopback(host)) return undefined
  return 'Others can open the page but not log in: give --public-url and put HTTPS in front (docs/operating.md).'
}

/** For the person at a terminal; elsewhere the log says it. */
function tell(sentence: string): void {
  if (process.stdout.isTTY) process.stdout.write(`${sentence}\n`)
}

/** The first signal stops in good order; a second one at once. */
function stopOnSignal(host: RunningHost, log: Log): void {
  let firstAtMs: number | undefined
  const stop = async () => {
    if (firstAtMs !== undefined) {
      if (performance.now() - firstAtMs > SAME_KEY_PRESS_MS) process.exit(CANNOT_START)
      return
    }
    firstAtMs = performance.now()
    log.info('stopping')
    tell('Snug stops, and tells everybody to come back.')
    await host.stop()
    log.info('stopped')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
}

function stopAtOnce(error: Error, log: Log): never {
  log.error('the store failed, or a thread could not be replaced; the host stops at once', { error })
  process.exit(CANNOT_START)
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

/** What whoever starts Snug can mend is said in one sentence; the rest is a fault and shows its stack. */
function explain(error: unknown): number {
  const isAdvice = error instanceof SettingsError || error instanceof StartError
  process.stderr.write(`${isAdvice ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
  return error instanceof SettingsError ? BAD_SETTINGS : CANNOT_START
}

main().catch((error) => process.exit(explain(error)))
