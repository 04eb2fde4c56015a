import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { contentOf } from '../support/folder-content.ts'
import { type HostName, programOf, startHost, WORKERD_NAMES } from '../support/hosts.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { runProgram } from '../support/run-program.ts'

let parent: string

/** Where a host has run with somebody in a room, and stopped. */
const used = (name: HostName) => join(parent, `used by ${name}`)

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'snug-starts-'))
  for (const name of WORKERD_NAMES) {
    const host = await startHost(name)
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const client = await RawClient.enter(host.socketUrl, token)
    await openGroupRaw(client)
    client.close()
    await host.kill('SIGTERM')
    await cp(host.data, used(name), { recursive: true })
    await host.dispose()
  }
})
afterAll(() => rm(parent, { recursive: true }))

async function copyOf(name: HostName): Promise<string> {
  const data = await mkdtemp(join(parent, 'copy-'))
  await cp(used(name), data, { recursive: true })
  return data
}

/** Refused in one sentence, which is all that is said; the folder stays as it was. */
async function assertDamaged(name: HostName, data: string, said: string): Promise<void> {
  const before = await keptIn(data)
  const { code, out, errors } = await runProgram(programOf(name), ['--port', '0', '--data', data])
  const sentence = `The data folder ${data} is damaged: ${said}. Put back a copy of the whole folder from before.\n`
  expect({ code, out, errors }).toEqual({ code: 1, out: '', errors: sentence })
  expect(await keptIn(data)).toEqual(before)
}

/** Without what wrangler tells other wranglers: one whose launcher was killed ends a moment after it, and takes that back. */
async function keptIn(data: string): Promise<string[]> {
  return (await contentOf(data)).filter((line) => !line.startsWith('registry/'))
}

describe.each(WORKERD_NAMES)('%s: of a class of objects', (name) => {
  const CLASSES = ['UserObject', 'RoomObject', 'DirectoryObject']

  test.each(CLASSES)('%s, a folder that is gone is missed', async (type) => {
    const data = await copyOf(name)
    await rm(await folderOf(type, data), { recursive: true })
    await assertDamaged(name, data, `what was stored in its folder snug-${type} is missing`)
  })

  test.each(CLASSES)('%s, a folder of which all databases are gone is missed', async (type) => {
    const data = await copyOf(name)
    for (const file of await databasesOf(type, data)) await rm(join(data, file))
    await assertDamaged(name, data, `what was stored in its folder snug-${type} is missing`)
  })

  test.each(CLASSES)('%s, databases that were emptied are missed', async (type) => {
    const data = await copyOf(name)
    for (const file of await databasesOf(type, data)) await truncate(join(data, file))
    await assertDamaged(name, data, `what was stored in its folder snug-${type} is missing`)
  })
})

test.each(WORKERD_NAMES)('%s: a class that was used first before a kill is missed, too', async (name) => {
  const host = await startHost(name)
  onTestFinished(() => host.dispose())
  await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
  await expect.poll(() => readFile(join(host.data, 'format.json'), 'utf8')).toContain('UserObject')
  await host.kill('SIGKILL')
  await rm(await folderOf('UserObject', host.data), { recursive: true })
  await assertDamaged(name, host.data, 'what was stored in its folder snug-UserObject is missing')
})

/** Of a class, wherever below the data the host has it. */
async function folderOf(type: string, data: string): Promise<string> {
  const names = await readdir(data, { recursive: true })
  const found = names.find((each) => each.endsWith(`/snug-${type}`))
  if (found === undefined) throw new Error(`${data} has no folder of ${type}`)
  return join(data, found)
}

/** Of a copy of a host's folder; answers one of the files. */
async function damageDirectories(
  name: HostName,
  how: (path: string, size: number) => Promise<void>,
): Promise<[data: string, file: string]> {
  const data = await copyOf(name)
  const hit = await databasesOf('DirectoryObject', data)
  for (const file of hit) await how(join(data, file), (await stat(join(data, file))).size)
  expect(hit.length).toBeGreaterThan(0)
  return [data, hit[0] as string]
}

/** Without those in which workerd keeps the alarms of a class. */
async function databasesOf(objects: string, data: string): Promise<string[]> {
  const files = await readdir(data, { recursive: true })
  return files.filter((file) => file.includes(objects) && file.endsWith('.sqlite') && !file.endsWith('metadata.sqlite'))
}

async function overwrite(path: string, from: number, size: number): Promise<void> {
  const file = await open(path, 'r+')
  await file.write(Buffer.alloc(size - from, 0xa5), 0, size - from, from)
  await file.close()
}

describe.each(WORKERD_NAMES)('%s, an object whose database', (name) => {
  test.each([
    ['was overwritten', (path: string, size: number) => overwrite(path, 0, size)],
    ['was cut to a few bytes', (path: string) => truncate(path, 10)],
  ])('%s is said before anything starts', async (_how, how) => {
    const [data, file] = await damageDirectories(name, how)
    const before = await contentOf(data)
    const { code, out, errors } = await runProgram(programOf(name), ['--port', '0', '--data', data])
    expect([code, out]).toEqual([1, ''])
    expect(errors).toContain(`The data folder ${data} is damaged: `)
    expect(errors).toContain(`${file.slice(0, file.lastIndexOf('/'))}/`)
    expect(errors).toMatch(/\.sqlite cannot be read\. Put back a copy of the whole folder from before\.\n$/)
    expect(await contentOf(data)).toEqual(before)
  })
})

describe.each(WORKERD_NAMES)('the data of %s', (name) => {
  const part = name === 'wrangler dev' ? 'state' : 'objects'

  test.each([
    ['whose secret cannot be read', 'its claim.env cannot be read', 'claim.env', 'x'],
    ['whose format cannot be read', 'its format.json cannot be read', 'format.json', '{'],
    ['of which all that was said is gone', `its folder ${part} is missing`, part, undefined],
  ])('%s', async (_what, said, place, content) => {
    const data = await copyOf(name)
    await rm(join(data, place), { recursive: true })
    if (content !== undefined) await writeFile(join(data, place), content)
    await assertDamaged(name, data, said)
  })
})

test('standalone workerd: a database that was overwritten behind its first bytes ends the start in a sentence', async () => {
  const [data] = await damageDirectories('standalone workerd', (path, size) => overwrite(path, 100, size))
  const { code, errors } = await runProgram(programOf('standalone workerd'), ['--port', '0', '--data', data])
  expect(code).toBe(1)
  // As an alarm or as our first question finds it.
  expect(errors).toMatch(/^(workerd could not start: .*SQLITE_\w+\. The log says more|Snug does not work .*)\.\n$/)
})

test('I1: standalone workerd acknowledges nothing in a room whose database was overwritten, and says why', async () => {
  const host = await startHost('standalone workerd')
  try {
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const client = await RawClient.enter(host.socketUrl, token)
    const room = await openGroupRaw(client)
    client.close()
    await host.kill('SIGTERM')
    const rooms = await databasesOf('RoomObject', host.data)
    for (const file of rooms) await overwrite(join(host.data, file), 100, (await stat(join(host.data, file))).size)
    await host.restart()
    const again = await RawClient.enter(host.socketUrl, token)
    const answer = await again.asks({
      type: 'send',
      room,
      producer: makeId('producer', randomBytes(16)),
      n: 1,
      text: 'x',
    })
    again.close()
    await host.kill('SIGTERM')
    expect([rooms.length, answer.type]).toEqual([1, 'refused'])
    expect(host.logs.map(({ msg }) => msg)).toContain('an object cannot read or write its database')
  } finally {
    await host.dispose()
  }
})
