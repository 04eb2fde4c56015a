import { existsSync } from 'node:fs'
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { HostProcess } from './host-process.ts'

/** How much memory a host may have: the kernel kills it when it takes more, or it is seen afterwards. */
export type MemoryLimit = {
  readonly by: 'a control group' | 'what the kernel noted'
  /** The command that runs it. */
  readonly under: readonly string[]
  /** The most that it had (MiB), with what it has read of files. */
  peakMib(host: HostProcess): Promise<number>
  /** How many the kernel killed. */
  kills(): Promise<number>
  /** When nothing runs under it any more. */
  lift(): Promise<void>
}

type Version = {
  readonly root: string
  readonly limit: string
  readonly peak: string
  readonly events: string
}

const V1: Version = {
  root: '/sys/fs/cgroup/memory',
  limit: 'memory.limit_in_bytes',
  peak: 'memory.max_usage_in_bytes',
  events: 'memory.oom_control',
}
const V2: Version = { root: '/sys/fs/cgroup', limit: 'memory.max', peak: 'memory.peak', events: 'memory.events' }
const BYTES_IN_MIB = 2 ** 20

/** By a control group where this user may make one, else by sight. */
export async function limitMemory(mib: number): Promise<MemoryLimit> {
  const version = existsSync(V1.root) ? V1 : V2
  const group = join(version.root, `snug-test-${process.pid}`)
  try {
    await mkdir(group)
    await writeFile(join(group, version.limit), String(mib * BYTES_IN_MIB))
  } catch {
    await rmdir(group).catch(() => {})
    return bySight()
  }
  return {
    by: 'a control group',
    under: ['sh', '-c', `echo $$ > ${group}/cgroup.procs && exec "$@"`, 'sh'],
    peakMib: async () =>
      Number(await readFile(join(group, version.peak), 'utf8').catch(() => Number.NaN)) / BYTES_IN_MIB,
    kills: async () => Number(/^oom_kill (\d+)$/m.exec(await readFile(join(group, version.events), 'utf8'))?.[1] ?? 0),
    lift: () => removeWhenEmpty(group),
  }
}

/** What a launcher started may end a moment after it. */
async function removeWhenEmpty(group: string): Promise<void> {
  while ((await readFile(join(group, 'cgroup.procs'), 'utf8')) !== '') await setImmediate()
  await rmdir(group)
}

/**
 * The most that was in memory of it at a time, as the kernel notes it for each process (proc(5): status, VmHWM). Nothing
 * else would be a bound: what ulimit and prlimit count is reserved, and an idle Node has reserved 560 MiB.
 */
function bySight(): MemoryLimit {
  return {
    by: 'what the kernel noted',
    under: [],
    async peakMib(host) {
      const status = await readFile(`/proc/${(await host.pids()).at(-1)}/status`, 'utf8')
      return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / BYTES_IN_MIB
    },
    kills: async () => 0,
    lift: async () => {},
  }
}
