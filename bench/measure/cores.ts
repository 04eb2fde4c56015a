import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

export const SERVER_CORE = 0
const GENERATOR_CORE = 1

/** Which process runs where. Without taskset, or on one core, the kernel decides. */
export type CoreMap = { readonly server: number; readonly generator: number } | 'not pinned'

export const cores: CoreMap = pinMyself()

/** What stands before a command that is to run on the server's core. */
export const onServerCore = cores === 'not pinned' ? [] : ['taskset', '-c', String(cores.server)]

function pinMyself(): CoreMap {
  if (availableParallelism() <= GENERATOR_CORE) return 'not pinned'
  try {
    execFileSync('taskset', ['-a', '-c', '-p', String(GENERATOR_CORE), String(process.pid)], { stdio: 'ignore' })
    return { server: SERVER_CORE, generator: GENERATOR_CORE }
  } catch {
    return 'not pinned'
  }
}
