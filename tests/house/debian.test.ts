import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Command } from './commands.ts'
import { ROOT } from './files.ts'

let bin = ''
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'snug-bin-'))
  mkdirSync(join(bin, 'fonts/wqy'), { recursive: true })
  writeFileSync(join(bin, 'fonts/wqy/wqy-microhei.ttc'), '')
  // Instead of Python's packages, which are not looked for in PATH.
  place('minio')
})
afterEach(() => rmSync(bin, { recursive: true }))

/** Stands in for the real one, which would change the machine: notes its orders, "installs" what it is asked for. */
const aptGet = (installs: readonly string[]) => `#!/bin/sh
echo "$*" >> "${bin}/orders"
[ "$2" = install ] && for name in ${installs.join(' ')}; do
  echo '#!/bin/sh' > "${bin}/$name"
  /bin/chmod +x "${bin}/$name"
done
exit 0
`

function place(name: string, text = '#!/bin/sh\n'): void {
  writeFileSync(join(bin, name), text)
  chmodSync(join(bin, name), 0o755)
}

/** Runs one function of the Debian step on a machine that has only the commands and the fonts of `bin`. */
function step(call: string, env: NodeJS.ProcessEnv = {}) {
  const script = `import('./tests/launch/debian.mjs').then((debian) => debian.${call}).catch((error) => {
    console.error(error.message)
    process.exitCode = 1
  })`
  return new Command(ROOT, process.execPath, ['--eval', script], { ...env, PATH: bin, XDG_DATA_DIRS: bin }).end()
}

test('nothing is said or done where all is there', async () => {
  place('chromium')
  place('redis-server')
  place('openssl')
  place('strace')
  expect(await step('ensureDebianPackages()')).toEqual({ code: 0, output: '' })
})

test('where installing is forbidden, it says what is missing, why, and the command', async () => {
  place('google-chrome')
  place('redis-server')
  place('openssl')
  place('apt-get', aptGet(['strace']))
  const { code, output } = await step('ensureDebianPackages(true)', { SNUG_NO_APT: '1' })
  expect(code).toBe(1)
  expect(output).toMatch(/^ {2}strace: a trace of system calls/m)
  expect(output).toContain('apt-get install --no-install-recommends strace')
  expect(output).not.toContain('chromium')
})

test('who is not root gets the same advice', async () => {
  place('apt-get', aptGet(['chromium-headless-shell', 'redis-server', 'openssl', 'strace']))
  const { code, output } = await step('ensureDebianPackages(false)')
  expect(code).toBe(1)
  expect(output).toContain(
    'apt-get install --no-install-recommends chromium-headless-shell redis-server openssl strace',
  )
})

test('root has the missing ones installed, announced first', async () => {
  place('redis-server')
  place('openssl')
  place('strace')
  place('apt-get', aptGet(['chromium-headless-shell']))
  const { code, output } = await step('ensureDebianPackages(true)')
  expect(code).toBe(0)
  expect(output).toMatch(
    /chromium-headless-shell: .*\n(.*\n)*Installing chromium-headless-shell with apt-get \(SNUG_NO_APT=1 forbids it\)/,
  )
  expect(readFileSync(join(bin, 'orders'), 'utf8')).toMatch(
    /install --yes --no-install-recommends chromium-headless-shell$/m,
  )
})

test('what apt-get does not bring is still missing', async () => {
  place('apt-get', aptGet(['strace']))
  const { code, output } = await step('ensureDebianPackages(true)')
  expect(code).toBe(1)
  expect(output).toContain('have chromium-headless-shell or chromium or chromium-browser or google-chrome in PATH')
})

test('a Chinese font is installed where that is allowed, and nothing depends on it where it is not', async () => {
  rmSync(join(bin, 'fonts'), { recursive: true })
  place('chromium')
  place('redis-server')
  place('openssl')
  place('strace')
  place('apt-get', aptGet([]))
  const forbidden = await step('ensureDebianPackages(true)', { SNUG_NO_APT: '1' })
  expect(forbidden).toEqual({ code: 0, output: expect.stringContaining('show boxes (the tests pass all the same)') })
  expect((await step('ensureDebianPackages(true)')).code).toBe(0)
  expect(readFileSync(join(bin, 'orders'), 'utf8')).toMatch(/install --yes .* fonts-wqy-microhei$/m)
})
