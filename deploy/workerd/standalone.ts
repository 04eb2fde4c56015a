import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Log } from '#durable/ports/log.ts'
import { exposureOf } from '#node-host/exposure.ts'
import { ROOT } from '#node-host/launch/paths.mjs'
import { openLog } from '#node-host/log.ts'
import { takeObjectsToServe } from '#node-host/object-store/take.ts'
import { explain, type RunningHost, runUntilStopped } from '#node-host/running.ts'
import { cannotUse } from '#node-host/store/folder.ts'
import { OF_WORKERD } from '#node-host/store/folder-kinds.ts'
import { urlsOf } from '#node-host/urls.ts'
import { command, fetchInvitation } from './claim.ts'
import { workerdConfig } from './config.ts'
import { openData } from './data.ts'
import { type Options, readOptions, wordsOn } from './options.ts'
import { relog, type Stream } from './relog.ts'
import { startWorkerd } from './workerd.ts'

/** `npm run edge:standalone`: Snug on a workerd of one's own. */

const DATA = './data-workerd'
const OBJECTS = 'objects'
/** Browsers keep connections for requests they may make later, and workerd would wait for them. Nothing is under way. */
const END_WITHIN_MS = 1_000
const DRAIN_WITHIN_MS = 5_000

async function main(): Promise<void> {
  const options = readOptions(DATA, OF_WORKERD)
  if (!options) return
  const log = openLog(options.settings.logLevel, process.stdout.isTTY)
  const host = await start(
    options,
    log,
    (line, from) => relog(log, line, from),
    (code) => {
      log.error('workerd ended by itself', { code })
      process.exit(1)
    },
  )
  await runUntilStopped(host, { log, data: options.settings.data, warning: exposureOf(options.settings) })
}

async function start(
  { settings, variables }: Options,
  log: Log,
  onLine: (line: string, from: Stream) => void,
  onEnd: (code: number | string) => void,
): Promise<RunningHost> {
  const { host, port, data, publicUrl } = settings
  const found = wordsOn(await takeObjectsToServe(settings, log))
  const { lock, secret, classes } = await openData(settings, OF_WORKERD)
  const env = { ...variables, ...found, SNUG_CLAIM_SECRET: secret, SNUG_BACKUP_SECRET: secret }
  const config = await prepare(data, Object.keys(env)).catch((error) => {
    throw cannotUse(data, error)
  })
  const workerd = await startWorkerd({ config, host, port, env, lock: lock.fd, onLine })
  let stopping = false
  void workerd.ended.then((code) => stopping || onEnd(code))
  const address = { address: host, port: workerd.port, family: '' }
  const [local = ''] = urlsOf(undefined, address)
  const invitation = await fetchInvitation(local, secret)
  await classes.remember()
  await classes.watch()
  return {
    urls: urlsOf(publicUrl, address),
    invitation,
    async stop() {
      stopping = true
      // One that does not answer any more is ended all the same.
      await command(local, 'drain', secret, DRAIN_WITHIN_MS).catch(() => {})
      workerd.kill('SIGTERM')
      const timer = setTimeout(() => workerd.kill('SIGKILL'), END_WITHIN_MS)
      await workerd.ended
      clearTimeout(timer)
      await classes.end()
      // Held until here: a handle that nobody knows any more is closed, and the lock is gone.
      await lock.close()
      return true
    },
  }
}

/** Answers where workerd finds what it is to do. */
async function prepare(data: string, variables: readonly string[]): Promise<string> {
  const objects = join(data, OBJECTS)
  await mkdir(objects, { recursive: true })
  const dist = join(ROOT, 'dist')
  // It is found from the folder of the configuration; a path from the root would be looked up elsewhere.
  const worker = relative(data, join(dist, 'workerd', 'snug.js'))
  const config = join(data, 'workerd.capnp')
  await writeFile(config, workerdConfig({ worker, page: join(dist, 'web'), objects }, variables))
  return config
}

main().catch((error) => process.exit(explain(error)))
