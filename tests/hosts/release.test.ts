import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { ROOT, read } from '#tests/house/files.ts'
import { count } from '../support/counts.ts'
import { HostProcess } from '../support/host-process.ts'
import { runProgram } from '../support/run-program.ts'
import { findAgain, twoPeopleTalk } from '../support/smoke.ts'

/** In the head of every ELF file. */
const MACHINES = { x64: 62, arm64: 183 } as const
type Architecture = keyof typeof MACHINES
const ALL: readonly Architecture[] = ['x64', 'arm64']
const HERE: Architecture = process.arch === 'arm64' ? 'arm64' : 'x64'
const MACHINE_AT = 18

const folder = mkdtempSync(join(tmpdir(), 'snug-release-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Made as `npm run release` does, and unpacked once: the folder that whoever downloads it has. */
async function unpacked(architecture: Architecture): Promise<string> {
  const name = `snug-${JSON.parse(read('package.json')).version}-linux-${architecture}`
  const box = join(folder, name)
  if (existsSync(box)) return box
  const { code, errors } = await runProgram(join(ROOT, 'deploy/tarball/make.ts'), [architecture, '--into', folder])
  expect([code, errors]).toEqual([0, expect.not.stringContaining('Error')])
  execFileSync('tar', ['-xzf', join(folder, `${name}.tar.gz`), '-C', folder])
  return box
}

function filesOf(box: string): string[] {
  const entries = readdirSync(box, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(box.length + 1))
}

describe('a release', () => {
  test('runs in an empty home on a machine that has no Node, and stops when it is told to', async () => {
    const script = join(await unpacked(HERE), 'snug')
    const bare = join(folder, 'bare')
    mkdirSync(bare)
    for (const command of ['dirname', 'readlink']) symlinkSync(`/usr/bin/${command}`, join(bare, command))
    const under = ['/usr/bin/env', '-i', `--chdir=${bare}`, `HOME=${bare}`, `PATH=${bare}`]
    const host = await HostProcess.start({ script, under })
    onTestFinished(() => host.dispose())
    const talk = await twoPeopleTalk({ url: host.url, firstInvitation: host.invitation ?? '' })
    expect((await fetch(host.url)).headers.get('content-type')).toContain('text/html')
    expect(await host.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    await host.restart()
    await findAgain(host.url, talk)
    const backup = [...under.slice(1), script, 'backup', join(bare, 'a.tar'), '--data', host.data]
    expect(execFileSync('/usr/bin/env', backup, { encoding: 'utf8' })).toContain('2 accounts, 2 conversations')
  })

  test('starts by a link to its script, too, and says which it is', async () => {
    const link = join(folder, 'linked')
    symlinkSync(join(await unpacked(HERE), 'snug'), link)
    const said = execFileSync(link, ['--version'], { encoding: 'utf8' })
    expect(said.trim()).toBe(JSON.parse(read('package.json')).version)
  })

  test.each(count([HERE], ALL))('for %s holds what runs there, and nothing else', async (name) => {
    const box = await unpacked(name)
    const files = filesOf(box)
    const programs = files.filter((path) => path.endsWith('.node') || path.endsWith('/node'))
    const machines = programs.map((path) => [path, readFileSync(join(box, path)).readUInt16LE(MACHINE_AT)])
    expect(programs.length).toBeGreaterThan(3)
    expect(machines.filter(([, machine]) => machine !== MACHINES[name])).toEqual([])
    expect(files.filter((path) => /\.(tsx?|map|bare)$|\/\.(?!bin)|vite|esbuild|react/.test(path))).toEqual([])
  })

  test('holds what its service starts, and the pages that lead on', async () => {
    const files = filesOf(await unpacked(HERE))
    const [, node = '', program = ''] =
      /^ExecStart=\/opt\/snug\/(\S+) .* (\S+)$/m.exec(read('deploy/snug.service')) ?? []
    const pages = ['docs/operating.md', 'docs/settings.md', 'LICENSE', 'LICENSE.others', 'deploy/snug.service']
    expect(files).toEqual(expect.arrayContaining([node, program, ...pages]))
  })
})
