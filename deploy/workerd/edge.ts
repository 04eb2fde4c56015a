import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ROOT } from '#node-host/launch/paths.mjs'
import { openLog } from '#node-host/log.ts'
import { takeObjects } from '#node-host/object-store/take.ts'
import { explain, type RunningHost, runUntilStopped } from '#node-host/running.ts'
import { settingInfos } from '#node-host/settings.ts'
import { StartError } from '#node-host/start-error.ts'
import { writeWhole } from '#node-host/store/files.ts'
import { cannotUse } from '#node-host/store/folder.ts'
import { OF_WRANGLER } from '#node-host/store/folder-kinds.ts'
import { spawnChild } from './child.ts'
import { CLAIM_FILE, fetchInvitation } from './claim.ts'
import { openData } from './data.ts'
import { type Options, readOptions, wordsOn } from './options.ts'
import { reasonIn, relog, type Stream } from './relog.ts'
import { SILENT } from './silent.ts'

/** `npm run edge`: Snug as Cloudflare would run it, by `wrangler dev` on this machine. */

const DATA = './data-edge'
const SECRETS_FILE = 'secrets.env'
/** By itself it takes a second. */
const END_WITHIN_MS = 5_000
const WRANGLER = join(ROOT, 'node_modules', 'wrangler', 'bin', 'wrangler.js')

async function main(): Promise<void> {
  const options = readOptions(DATA, OF_WRANGLER)
  if (!options) return
  const log = openLog(options.settings.logLevel, process.stdout.isTTY)
  const host = await start(options, (line, from) => relog(log, line, from))
  await runUntilStopped(host, { log, data: options.settings.data })
}

async function start(options: Options, onLine: (line: string, from: Stream) => void): Promise<RunningHost> {
  const found = wordsOn(await takeObjects(options.settings))
  const { lock, secret, classes } = await openData(options.settings, OF_WRANGLER)
  // On one machine whoever may read the folder may read its rows.
  const variables = { ...options.variables, ...found, SNUG_BACKUP_SECRET: secret }
  const { wrangler, url } = await startWrangler({ ...options, variables }, lock.fd, onLine)
  wrangler.once('close', () => process.exit(1))
  const invitation = await fetchInvitation(url, secret)
  await classes.remember()
  await classes.watch()
  return {
    urls: [url],
    invitation,
    async stop() {
      wrangler.removeAllListeners('close')
      wrangler.kill('SIGTERM')
      const timer = setTimeout(() => killAll(wrangler), END_WITHIN_MS)
      await once(wrangler, 'close')
      clearTimeout(timer)
      await classes.end()
      await lock.close()
      return true
    },
  }
}

/** Resolves when it serves; rejects with a StartError where it ends instead. */
async function startWrangler(
  options: Options,
  lock: number,
  onLine: (line: string, from: Stream) => void,
): Promise<{ readonly wrangler: ChildProcess; readonly url: string }> {
  const { data } = options.settings
  let reason: string | undefined
  const serves = Promise.withResolvers<string>()
  const wrangler = spawnChild(
    [process.execPath, WRANGLER, 'dev', ...flags(options, [join(data, CLAIM_FILE), await keepSecrets(options)])],
    {
      cwd: ROOT,
      env: { ...process.env, ...SILENT, ...apart(data) },
      files: [lock],
      // It ends what it has started itself.
      lastSignal: 'SIGTERM',
      onLine(line, from) {
        onLine(line, from)
        reason = reasonIn(line, from) ?? reason
        const url = /Ready on (http:\S+)/.exec(line)?.[1]
        if (url !== undefined) serves.resolve(url)
      },
    },
  )
  wrangler.once('error', serves.reject)
  wrangler.once('close', (code) =>
    serves.reject(
      new StartError(`wrangler dev could not start: ${reason ?? `it ended with ${code}`}. The log says more.`),
    ),
  )
  return { wrangler, url: await serves.promise }
}

/** What wrangler keeps for all its projects, a registry of running servers by their names among it: ours all have one. */
function apart(data: string): NodeJS.ProcessEnv {
  return { WRANGLER_REGISTRY_PATH: join(data, 'registry'), XDG_CONFIG_HOME: join(data, 'config') }
}

function flags({ settings: { host, port, data }, variables }: Options, files: readonly string[]): string[] {
  const vars = Object.entries(variables).flatMap(([name, value]) =>
    isSecret(name) ? [] : ['--var', `${name}:${value}`],
  )
  const places = ['--ip', host, '--port', String(port), '--inspector-port', '0', '--persist-to', join(data, 'state')]
  const secrets = files.flatMap((file) => ['--env-file', file])
  return [...places, ...secrets, '--show-interactive-dev-session=false', ...vars]
}

/** What others on this machine may not read: a command line they may. */
async function keepSecrets({ settings: { data }, variables }: Options): Promise<string> {
  const file = join(data, SECRETS_FILE)
  const lines = Object.entries(variables).flatMap(([name, value]) => (isSecret(name) ? `${name}='${value}'\n` : []))
  await writeWhole(file, lines.join('')).catch((error) => {
    throw cannotUse(data, error)
  })
  return file
}

function isSecret(variable: string): boolean {
  return variable === 'SNUG_BACKUP_SECRET' || settingInfos.some((info) => info.variable === variable && info.isSecret)
}

/** It leads a group, of what it has started itself. */
function killAll({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL')
}

main().catch((error) => process.exit(explain(error)))
