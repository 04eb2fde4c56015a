import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type HostName, startHost } from '../support/hosts.ts'
import { registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'
import { twoPeopleTalk } from '../support/smoke.ts'
import { readTrace } from '../support/system-calls.ts'

const MOST_MIB = { 'node-host': 150, 'standalone workerd': 200 } as const
/** wrangler dev is for developers: it watches, bundles and looks around. */
const HOSTS = ['node-host', 'standalone workerd'] as const satisfies HostName[]

test.for(HOSTS)('idle, as people start it, %s takes at most what is promised', async (name, { annotate }) => {
  const host = await startHost(name)
  try {
    const { token } = await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')
    const client = await RawClient.enter(host.socketUrl, token)
    client.say({ type: 'sync', id: 1, rooms: [] })
    await client.hears('heads', ({ last }) => last !== undefined)
    const each = await Promise.all((await host.pids()).map(residentMib))
    await annotate(each.map((mib) => `${Math.round(mib)} MiB`).join(' + '))
    expect(each.reduce((sum, mib) => sum + mib)).toBeLessThanOrEqual(MOST_MIB[name])
    client.close()
  } finally {
    await host.dispose()
  }
})

test.for(HOSTS)('with default settings %s contacts nobody, from its start to its end', async (name) => {
  const folder = await mkdtemp(join(tmpdir(), 'snug-private-'))
  const trace = join(folder, 'trace')
  const under = ['strace', '-f', '-o', trace, '-e', 'trace=connect,sendto,sendmsg']
  const host = await startHost(name, [], under)
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

async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}
