import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCommand } from '#node-host/launch/start-command.mjs'
import { RedisProcess } from './redis-process.ts'
import { ServerProcess } from './server-process.ts'
import { type Site, Snug, type SnugName } from './snug.ts'
import { SnugOwner } from './snug-owner.ts'

/** Rate limits keep one person from taking a server from the others; here one generator is everybody. */
export const RAISED_LIMITS = {
  'messages-per-second': 1_000_000,
  'message-burst': 1_000_000,
  'requests-per-second': 1_000_000,
  'request-burst': 1_000_000,
  'rooms-per-minute': 1_000_000,
  connections: 100_000,
  'connections-per-address': 100_000,
}

type Ready = { readonly url: string; readonly invitationIn: string | undefined }

/** Starts the built server on an empty folder. With `profiles` each process leaves a CPU profile there. */
export async function startSnug(profiles: string | undefined, name: SnugName = 'snug'): Promise<Snug> {
  const folder = await mkdtemp(join(tmpdir(), 'snug-bench-'))
  const store = name === 'snug-redis' ? await RedisProcess.start() : undefined
  const { site, invitationIn } = await launch(folder, profiles, name === 'snug-2-threads' ? 2 : 1, store)
  if (invitationIn === undefined) throw new Error('a new server has an invitation for its owner')
  const invitation = (await readFile(invitationIn, 'utf8')).trim()
  return new Snug(site, await SnugOwner.register(site.url, codeOf(invitation)), name)
}

export type Target = {
  /** Of the page, such as http://127.0.0.1:7684. */
  readonly url: string
  /** The owner's; or the invitation of a server that has no owner yet. */
  readonly token: string | undefined
  readonly invitation: string | undefined
  /** Where it runs on this machine: its CPU time and memory can then be told. */
  readonly pid: number | undefined
}

/** Starts nothing: comes again and again to a server that runs already. It keeps what the bench leaves there. */
export function visitSnug({ url, token, invitation, pid }: Target): () => Promise<Snug> {
  const site = { url: `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/ws`, pid, stop: async () => {} }
  let known = token
  return async () => {
    const owner =
      known === undefined
        ? await SnugOwner.register(site.url, codeOf(invitation))
        : await SnugOwner.enter(site.url, known)
    known = owner.token
    return new Snug(site, owner)
  }
}

/** An invitation is given as a link or as the code in it. */
function codeOf(invitation: string | undefined): string {
  if (invitation === undefined) throw new Error('--target needs --token of its owner, or --invitation')
  return invitation.slice(invitation.lastIndexOf('/') + 1)
}

async function launch(
  folder: string,
  profiles: string | undefined,
  threads: number,
  store: RedisProcess | undefined,
): Promise<{ site: Site } & Ready> {
  const node = profiles === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profiles]
  const place = store && { 'redis-url': store.url }
  const settings = Object.entries({ port: 0, data: join(folder, 'data'), threads, ...place, ...RAISED_LIMITS })
  const { flags, program } = startCommand()
  const args = [...flags, ...node, program, ...settings.flatMap(([name, value]) => [`--${name}`, String(value)])]
  const server = await ServerProcess.start<Ready>(args, readyFrom)
  const end = () => server.stop(profiles === undefined ? 'SIGKILL' : 'SIGTERM')
  const site: Site = {
    url: server.ready.url,
    pid: server.pid,
    store,
    async restart() {
      await end()
      return (await launch(folder, profiles, threads, store)).site
    },
    async stop() {
      await end()
      await store?.stop()
      await rm(folder, { recursive: true })
    },
  }
  return { site, ...server.ready }
}

function readyFrom(line: string): Ready | undefined {
  const { msg, urls, invitationIn } = JSON.parse(line)
  if (msg !== 'ready') return undefined
  return { url: `${String(urls[0]).replace('http', 'ws')}/ws`, invitationIn }
}
