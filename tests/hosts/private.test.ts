import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { NodeHostProcess } from '../support/node-host.ts'
import { registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { twoPeopleTalk } from '../support/smoke.ts'
import { readTrace } from '../support/system-calls.ts'

const MOST_MIB = 150

test('an idle host, as people start it, takes at most 150 MiB', async () => {
  const host = await NodeHostProcess.start({ built: true })
  try {
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const client = await RawClient.enter(host.socketUrl, token)
    client.say({ type: 'sync', id: 1, rooms: [] })
    await client.hears('heads', ({ last }) => last !== undefined)
    const status = await readFile(`/proc/${host.pid}/status`, 'utf8')
    const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1])
    expect(kib / 1024).toBeLessThanOrEqual(MOST_MIB)
    client.close()
  } finally {
    await host.dispose()
  }
})

test('a host with default settings contacts nobody, from its start to its end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'snug-private-'))
  const trace = join(folder, 'trace')
  const under = ['strace', '-f', '-o', trace, '-e', 'trace=connect,sendto,sendmsg']
  const host = await NodeHostProcess.start({ built: true, under })
  try {
    await twoPeopleTalk({ url: host.url, firstInvitation: host.invitation ?? '' })
    process.kill(await host.tracedPid(), 'SIGTERM')
    await host.exited
    const addressed = (await readTrace(trace)).filter(({ text }) => /sa_family=AF_INET/.test(text))
    expect(addressed.map(({ text }) => text).filter((text) => !/127\.0\.0\.1|"::1"/.test(text))).toEqual([])
    // Nor does it look names up: port 53 stays unasked, wherever a resolver listens.
    expect(addressed.filter(({ text }) => /htons\(53\)/.test(text))).toEqual([])
  } finally {
    await host.dispose()
    await rm(folder, { recursive: true })
  }
})
