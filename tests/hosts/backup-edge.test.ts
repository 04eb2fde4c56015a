import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rowsIn, runBackup, runRestore, succeeded } from '../support/backups.ts'
import { HostProcess } from '../support/host-process.ts'
import { startHost, WORKERD_NAMES } from '../support/hosts.ts'
import { findAgain, type Talk, twoPeopleTalk } from '../support/smoke.ts'

let folder: string
let talk: Talk
let archive: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-edge-'))
  archive = join(folder, 'from-node.tar')
  const source = await startHost('node-host')
  talk = await twoPeopleTalk({ url: source.url, firstInvitation: source.invitation ?? '' })
  succeeded(await runBackup([archive, '--data', source.data]))
  await source.dispose()
})
afterAll(() => rm(folder, { recursive: true }))

describe.each(WORKERD_NAMES)('%s', (name) => {
  let edge: HostProcess
  const at = (file: string) => join(folder, `${name.replace(' ', '-')}-${file}`)
  const here = () => ['--edge', edge.url, '--data', edge.data]

  beforeAll(async () => {
    edge = await startHost(name)
  })
  afterAll(() => edge.dispose())

  test('takes the backup of another kind of host while it runs, and people go on there', async () => {
    succeeded(await runRestore([archive, ...here()]))
    await findAgain(edge.url, talk)
  })

  test('its own backup is put back into a folder, and people go on there', async () => {
    const own = at('own.tar')
    succeeded(await runBackup([own, ...here()]))
    const data = at('data')
    succeeded(await runRestore([own, '--data', data]))
    const again = at('again.tar')
    succeeded(await runBackup([again, '--data', data]))
    expect(await rowsIn(again)).toEqual(await rowsIn(own))
    const restored = await HostProcess.start({ data })
    await findAgain(restored.url, { ...talk, said: [...talk.said, 'here again'] })
    await restored.dispose()
  })

  test('a restore among its accounts is refused, and they stay', async () => {
    expect(await runRestore([archive, ...here()])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('There are accounts and messages already'),
    })
    await findAgain(edge.url, { ...talk, said: [...talk.said, 'here again'] })
  })

  test('what is not understood is refused, and is no fault of the server', async () => {
    const claim = await readFile(join(edge.data, 'claim.env'), 'utf8')
    const headers = { authorization: `Bearer ${claim.trim().split('=')[1]}` }
    for (const body of ['no JSON', '{}', '{"actor":"gateway:g0"}'])
      expect((await fetch(`${edge.url}/rows/tables`, { method: 'POST', headers, body })).status).toBe(400)
  })

  test('without its secret it shows nothing', async () => {
    const { code, errors } = await runBackup([at('stolen.tar'), '--edge', edge.url, '--data', folder])
    expect([code, errors]).toEqual([1, expect.stringMatching(/^Say how Snug knows you: .*\n$/)])
    for (const path of ['/rows/tables', '/rows/page', '/rows/commit', '/rows/pause']) {
      const answer = await fetch(edge.url + path, {
        method: 'POST',
        headers: { authorization: 'Bearer wrong' },
        body: '{}',
      })
      expect(answer.status).toBe(401)
      await answer.arrayBuffer()
    }
  })
})
