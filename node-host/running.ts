import type { Log } from '#durable/ports/log.ts'
import { keepInvitation } from './invitation-file.ts'
import { SettingsError } from './settings.ts'
import { StartError } from './start-error.ts'
import { cannotUse } from './store/folder.ts'

/** A host that serves. */
export type RunningHost = {
  readonly urls: readonly string[]
  /** Opens the page on which the first user becomes the owner; undefined when the server has an owner. */
  readonly invitation: string | undefined
  /**
   * Stops within a few seconds; nothing acknowledged is lost. Clients are told to come back where the host can. Answers
   * whether all that was begun is stored: it is not where the store does not answer.
   */
  stop(): Promise<boolean>
}

export type RunningOptions = {
  readonly log: Log
  /** The data folder. */
  readonly data: string
  readonly warning?: string | undefined
}

export const CANNOT_START = 1
const BAD_SETTINGS = 2
const NOT_ALL_STORED =
  'stopped, while the store did not answer: what came last is not stored; nobody was told that it is, and clients send it again'
/** Ctrl-C reaches us twice under `npm start`: from the terminal, and passed on by npm. */
const SAME_KEY_PRESS_MS = 500

/** Says where the host is and what to beware of, and stops it on a signal. */
export async function runUntilStopped(host: RunningHost, options: RunningOptions): Promise<void> {
  stopOnSignal(host, options.log)
  await announce(host, options)
}

/** The invitation makes an owner of whoever reads it: it is shown at a terminal, and otherwise no log holds it. */
async function announce({ urls, invitation }: RunningHost, { log, data, warning }: RunningOptions): Promise<void> {
  const invitationIn = await keepInvitation(data, process.stdout.isTTY ? undefined : invitation).catch((error) => {
    throw cannotUse(data, error)
  })
  log.info('ready', { urls, ...(invitationIn !== undefined && { invitationIn }) })
  tell(`Snug runs at ${urls.join(' and ')}`)
  if (warning !== undefined) {
    log.warn(warning)
    tell(warning)
  }
  if (invitation !== undefined) tell(`Nobody owns it yet. Whoever opens this invitation first does:\n${invitation}`)
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
    tell('Snug stops. Whoever is connected comes back by itself when it runs again.')
    const isAllStored = await host.stop()
    if (isAllStored) log.info('stopped')
    else log.error(NOT_ALL_STORED)
    process.exit(isAllStored ? 0 : CANNOT_START)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
}

/** What whoever starts Snug can mend is said in one sentence; the rest is a fault and shows its stack. */
export function explain(error: unknown): number {
  const isAdvice = error instanceof SettingsError || error instanceof StartError
  process.stderr.write(`${isAdvice ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
  return error instanceof SettingsError ? BAD_SETTINGS : CANNOT_START
}
