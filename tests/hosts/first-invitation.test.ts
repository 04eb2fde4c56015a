import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Command } from '#tests/house/commands.ts'
import type { HostProcess } from '#tests/support/host-process.ts'
import { HOST_NAMES, programOf, startHost } from '#tests/support/hosts.ts'
import { registerRaw } from '#tests/support/raw-account.ts'

const FILE = 'first-invitation'

describe.each([...HOST_NAMES.map((name) => [name, []] as const), ['node-host', ['--threads', '2']] as const])(
  'without a terminal, on %s %s',
  (name, args) => {
    test('the first invitation is in a file that only its owner can read, and in no line of a log; once there is an owner it goes', async () => {
      const host = await startHost(name, args)
      onTestFinished(() => host.dispose())
      const first = await invitationIn(host)
      expect(host.logs.find(({ msg }) => msg === 'ready')).toMatchObject({ invitationIn: join(host.data, FILE) })

      // A start that is cut off leaves a draft.
      await writeFile(join(host.data, `${FILE}.new`), 'half an invi')
      await startAgain(host)
      const second = await invitationIn(host)
      expect(second).not.toBe(first)

      // As whoever opens it in a browser does.
      await fetch(second, { headers: { accept: 'text/html' } })
      await registerRaw(host.socketUrl, second, 'owner')
      await startAgain(host)
      expect(host.invitation).toBeUndefined()
      expect((await readdir(host.data)).filter((entry) => entry.startsWith(FILE))).toEqual([])
      expect(linesWith([first, second].map(codeOf), host)).toEqual([])
    })
  },
)

describe('at a terminal', () => {
  test('it is printed, once, and no file is left', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'snug-terminal-'))
    onTestFinished(() => rm(parent, { recursive: true }))
    const data = join(parent, 'data')
    // Of util-linux, which every Debian has: it runs a command at a terminal of its own.
    const command = `exec ${process.execPath} ${programOf('node-host')} --port 0 --data ${data}`
    const terminal = new Command(parent, 'script', ['--quiet', '--return', '--command', command, '/dev/null'])
    await terminal.says('/join/')
    terminal.signal('SIGTERM')
    const { output } = await terminal.end()
    expect(output.match(/Whoever opens this invitation first does:\r\nhttp:\S+\/join\/[\w-]{22}\r\n/g)).toHaveLength(1)
    expect(output.match(/\/join\//g)).toHaveLength(1)
    expect(output).not.toContain('"msg"')
    expect(await readdir(data)).not.toContain(FILE)
  })
})

async function startAgain(host: HostProcess): Promise<void> {
  await host.kill('SIGKILL')
  await host.restart()
}

/** What the file says is what the host is known by. */
async function invitationIn(host: HostProcess): Promise<string> {
  const file = join(host.data, FILE)
  const text = await readFile(file, 'utf8')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(text).toMatch(new RegExp(`^${host.url}/join/[A-Za-z0-9_-]{22}\n$`))
  expect(await readdir(host.data)).not.toContain(`${FILE}.new`)
  return text.trim()
}

function codeOf(invitation: string): string {
  return invitation.split('/').at(-1) ?? ''
}

/** Of both its streams, over all starts. */
function linesWith(secrets: readonly string[], { logs, errors }: HostProcess): string[] {
  const lines = [...logs.map((entry) => JSON.stringify(entry)), ...errors.split('\n')]
  return lines.filter((line) => secrets.some((secret) => line.includes(secret)))
}
