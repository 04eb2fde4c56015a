import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { Command, run } from './commands.ts'
import { read } from './files.ts'
import { SmallProject } from './small-project.ts'

const project = new SmallProject()
const empty = mkdtempSync(join(tmpdir(), 'snug-empty-'))
afterAll(() => {
  project.remove()
  rmSync(empty, { recursive: true })
})

/** With the machine's own Node, which may be older than the one that runs Snug. */
const prepare = () => run(project.folder, 'node', ['node-host/launch/prepare.mjs'])

test('a start builds only what changed, and is silent when there is nothing to do', async () => {
  expect(await prepare()).toMatchObject({ code: 0, output: expect.stringContaining('Building Snug: done') })
  expect(await prepare()).toEqual({ code: 0, output: '' })

  project.write('node-host/main.test.ts', 'a test is not part of the build')
  expect(await prepare()).toEqual({ code: 0, output: '' })

  project.write('web/main.ts', "document.title = 'changed'")
  expect(await prepare()).toMatchObject({ code: 0, output: expect.stringContaining('Building Snug: done') })
})

test('a build that fails says where, keeps what was built before and starts nothing', async () => {
  const broken = new SmallProject()
  broken.write('node-host/main.ts', "import './missing.ts'")
  const { code, output } = await run(broken.folder, 'npm', ['start'])
  broken.remove()
  expect(code).toBe(1)
  expect(output).toContain('./missing.ts')
  expect(output).not.toContain('listening')
})

test.each([
  ['SIGTERM', 7],
  ['SIGINT', 8],
] as const)('npm start hands %s to the host on Node 24 and keeps its exit code', async (signal, code) => {
  const start = new Command(project.folder, 'npm', ['start'])
  await start.says('listening on Node v24.')
  start.signal(signal)
  expect(await start.end()).toMatchObject({ code })
})

test('in the built host, too, threads.ts comes before the packages that are not bundled', async () => {
  const start = new Command(project.folder, 'npm', ['start'])
  await start.says('listening')
  start.signal('SIGTERM')
  expect((await start.end()).output).toMatch(/threads\nlmdb\nlistening/)
})

/** With a package to install, which is nowhere. */
function bareProject(): SmallProject {
  const bare = new SmallProject()
  rmSync(join(bare.folder, 'node_modules'), { recursive: true })
  const { scripts } = JSON.parse(read('package.json'))
  bare.write(
    'package.json',
    JSON.stringify({ name: 'bare', version: '1.0.0', scripts, dependencies: { zod: '4.6.7' } }),
  )
  const zod = { version: '4.6.7', integrity: 'sha512-AAAA' }
  const packages = { '': { name: 'bare', version: '1.0.0', dependencies: { zod: '4.6.7' } }, 'node_modules/zod': zod }
  bare.write('package-lock.json', JSON.stringify({ name: 'bare', version: '1.0.0', lockfileVersion: 3, packages }))
  return bare
}

test('where npm cannot reach its registry, one sentence says so', async () => {
  const unreachable = { npm_config_registry: 'http://127.0.0.1:9', npm_config_cache: empty }
  const bare = bareProject()
  const { code, output } = await run(bare.folder, 'node', ['node-host/launch/prepare.mjs'], unreachable)
  bare.remove()
  const [announcement, sentence, ...more] = output.trimEnd().split('\n')
  expect(code).toBe(1)
  expect(announcement).toBe('Installing the packages of Snug ...')
  expect(sentence).toContain('npm cannot reach its package registry')
  expect(more).toEqual([])
})

test('where npm cannot remove what was installed before, its sentence is said, not the names of calls', async () => {
  const bare = bareProject()
  onTestFinished(() => bare.remove())
  bare.write('node_modules/older/index.js', '')
  const failing = ['-f', '-o', '/dev/null', '-e', 'trace=rmdir', '-e', 'inject=rmdir:error=ENOTEMPTY']
  const prepare = ['node', 'node-host/launch/prepare.mjs']
  const { code, output } = await run(bare.folder, 'strace', [...failing, ...prepare])
  expect(code).toBe(1)
  expect(output).toContain('npm could not install the packages (ENOTEMPTY: directory not empty, rmdir ')
})

test.each([
  ['npm start', 'npm', ['start']],
  ['what it prepares with', 'node', ['node-host/launch/prepare.mjs']],
])('SIGTERM for %s during an installation ends npm, and is said in a sentence', async (_what, command, parameters) => {
  const registry = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void registry.close())
  await once(registry, 'listening')
  const { port } = registry.address() as AddressInfo
  const bare = bareProject()
  onTestFinished(() => bare.remove())
  const silent = { npm_config_registry: `http://127.0.0.1:${port}`, npm_config_cache: empty }
  const start = new Command(bare.folder, command, parameters, silent)
  const [connection]: Socket[] = await once(registry, 'connection')
  const hasEnded = once(connection?.resume() ?? registry, 'close')
  start.signal('SIGTERM')
  const { output } = await start.end()
  await hasEnded
  const sentence = 'Installing the packages of Snug was stopped: start again, and it is done anew.'
  const said = output.split('\n').filter((line) => line !== '' && !line.startsWith('> '))
  expect(said).toEqual(['Installing the packages of Snug ...', sentence])
})
