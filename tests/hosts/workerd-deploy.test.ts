import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unstable_readConfig as readConfig } from 'wrangler'
import { COMPATIBILITY_DATE, OBJECTS } from '../../deploy/workerd/config.ts'
import { SILENT } from '../../deploy/workerd/silent.ts'
import { readTrace } from '../support/system-calls.ts'
import { ROOT } from '../support/workerd.ts'

const KIB = 1024
/** What is uploaded, compressed. Cloudflare takes thirty times that; a start of the Worker reads it all. */
const MOST_KIB = 128

const config = readConfig({ config: join(ROOT, 'wrangler.toml') })
let folder: string
let said: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-deploy-'))
  const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
  const under = ['strace', '-f', '-o', join(folder, 'trace'), '-e', 'trace=connect,sendto,sendmsg']
  const deploy = [process.execPath, wrangler, 'deploy', '--dry-run', '--outdir', join(folder, 'bundle')]
  const [command = '', ...args] = [...under, ...deploy]
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...SILENT, HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const [code] = await once(child, 'close')
  expect(code, said).toBe(0)
})
afterAll(() => rm(folder, { recursive: true }))

test('a deployment would bind the five kinds of objects and the page, and no secret', () => {
  const bound = [...said.matchAll(/^env\.(\w+)(?: \((\w+)\))? +(.+?) *$/gm)].map(([, name, type, kind]) => [
    name,
    type,
    kind,
  ])
  const objects = Object.entries(OBJECTS).map(([name, type]) => [name, type, 'Durable Object'])
  expect(bound).toEqual([...objects, ['ASSETS', undefined, 'Assets']])
})

test('wrangler.toml and the configuration of a workerd of one’s own name the same objects, on SQLite, and the same date', () => {
  const named = config.durable_objects.bindings.map((bound: { name: string; class_name: string }) => [
    bound.name,
    bound.class_name,
  ])
  expect(Object.fromEntries(named)).toEqual(OBJECTS)
  expect(config.compatibility_date).toBe(COMPATIBILITY_DATE)
  expect(config.migrations).toEqual([
    { tag: 'v1', new_sqlite_classes: ['GatewayObject', 'UserObject', 'RoomObject', 'DirectoryObject', 'HasherObject'] },
  ])
})

test('what is uploaded stays small', async ({ annotate }) => {
  const bundle = await readFile(join(folder, 'bundle/entry.js'))
  const kib = gzipSync(bundle).length / KIB
  await annotate(`${Math.round(bundle.length / KIB)} KiB, ${kib.toFixed(1)} KiB compressed`)
  expect(kib).toBeLessThanOrEqual(MOST_KIB)
})

test('nobody was asked on the network, and nothing is kept of requests', async () => {
  const asked = (await readTrace(join(folder, 'trace'))).filter(({ text }) => /sa_family=AF_INET/.test(text))
  expect(asked.map(({ text }) => text).filter((text) => !/127\.0\.0\.1|"::1"/.test(text))).toEqual([])
  expect(config.observability?.enabled).toBe(false)
  expect(config.send_metrics).toBe(false)
})
