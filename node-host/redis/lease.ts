import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod/mini'
import { StartError } from '../start-error.ts'
import { type Command, type Connection, textIn } from './connection.ts'
import { LEASE_KEY } from './layout.ts'

/**
 * A host says every second that it is there, on each server it uses. That keeps a second one away that was pointed at
 * the same servers by mistake; what keeps both from writing is the log (log.ts).
 */

const LEASE_SECONDS = 3
const LOOK_EVERY_MS = 200

export const RENEW_EVERY_MS = 1_000

const holderSchema = z.object({
  host: z.string(),
  /** Says its word so often: changes while it lives. */
  beat: z.int(),
  name: z.string(),
  pid: z.int(),
  /** Where its process can be looked at: the boot of a machine, and what sees the same processes on it. */
  machine: z.string(),
})
type Holder = z.infer<typeof holderSchema>

/** The command by which a host says that it is there. */
export function renewal(host: string, beat: number): Command {
  const holder: Holder = { host, beat, name: hostname(), pid: process.pid, machine: machine() }
  return ['set', LEASE_KEY, JSON.stringify(holder), 'EX', LEASE_SECONDS]
}

/** Waits until nobody uses the server. Throws a StartError where somebody does. */
export async function waitForLease(connection: Connection, where: string): Promise<void> {
  const first = await holderOf(connection)
  if (!first || hasEnded(first)) return
  for (;;) {
    await sleep(LOOK_EVERY_MS)
    const now = await holderOf(connection)
    if (!now) return
    if (now.host !== first.host || now.beat !== first.beat)
      throw new StartError(
        `Another Snug (process ${now.pid} on ${now.name}) uses the store at ${where}: stop it, or give this one a store of its own.`,
      )
  }
}

async function holderOf(connection: Connection): Promise<Holder | undefined> {
  const [lease] = await connection.send([['get', LEASE_KEY]])
  const text = textIn(lease)
  return text === undefined ? undefined : z.parse(holderSchema, JSON.parse(text))
}

/** A process of this machine that is no more need not be waited for. */
function hasEnded({ pid, machine: there }: Holder): boolean {
  if (there !== machine()) return false
  try {
    process.kill(pid, 0)
    // One that took over its number is none of ours.
    return pid === process.pid
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

function machine(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return `${hostname()} ${process.pid}`
  }
}
