import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HostProcess } from '../support/host-process.ts'
import { HOST_NAMES, startHost } from '../support/hosts.ts'
import { findAgain, type Talk, twoPeopleTalk } from '../support/smoke.ts'

/** What docs/hosts.md promises of every host. */
describe.each(HOST_NAMES)('on %s', (name) => {
  let host: HostProcess
  let talk: Talk

  beforeAll(async () => {
    host = await startHost(name)
  })
  afterAll(() => host.dispose())

  test('two people register, talk, go away and come back', async () => {
    expect(host.invitation).toMatch(new RegExp(`^${host.url}/join/[A-Za-z0-9_-]{22}$`))
    talk = await twoPeopleTalk({ url: host.url, firstInvitation: host.invitation ?? '' })
  })

  test('I1: what was acknowledged is there after everything was killed; who owns the server is not invited again', async () => {
    const { url } = host
    await host.kill('SIGKILL')
    await host.restart()
    expect([host.url, host.invitation]).toEqual([url, undefined])
    await findAgain(url, talk)
  })
})
