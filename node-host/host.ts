import { getRequestListener } from '@hono/node-server'
import { firstInvitation } from '#durable/directory/first-invitation.ts'
import type { Log } from '#durable/ports/log.ts'
import { type AppOptions, createApp, type Metrics } from '#workers/app.ts'
import { ActorSystem } from './actor-system.ts'
import { clock } from './clock.ts'
import { Counters } from './counters.ts'
import { Listener } from './listener.ts'
import { random } from './random.ts'
import type { RunningHost } from './running.ts'
import { limitsOf } from './settings.ts'
import type { Settings } from './settings-schema.ts'
import { Store } from './store/store.ts'
import { Upgrades } from './upgrades.ts'
import { urlsOf } from './urls.ts'
import { webClient } from './web.ts'

export type HostOptions = {
  readonly settings: Settings
  readonly log: Log
  /** The store has failed: nothing it holds can be trusted until the process starts anew. */
  readonly onFailure: (error: Error) => void
}

/** Starts a host. Throws a StartError, having changed nothing, where its port or its folder cannot be used. */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { host, port } = options.settings
  const listener = await Listener.open(host, port)
  try {
    return await startOn(listener, options)
  } catch (error) {
    listener.closeAll()
    throw error
  }
}

async function startOn(listener: Listener, { settings, log, onFailure }: HostOptions): Promise<RunningHost> {
  const counters = new Counters()
  const store = await Store.open(settings.data, { onBatch: (batch) => counters.onBatch(batch), onFailure })
  const system = new ActorSystem({ store, limits: limitsOf(settings), log, counters })
  await system.start()
  const metrics = await openMetrics(settings, counters, system)
  const serving = serve(listener, { settings, log, counters, system, readMetrics: metrics?.read })
  const urls = urlsOf(settings.publicUrl, listener.address)
  return {
    urls,
    invitation: await invite(system, urls, log),
    async stop() {
      serving.stop()
      await system.stop()
      await store.close()
      listener.closeAll()
      metrics?.close()
    },
  }
}

type Served = {
  readonly settings: Settings
  readonly log: Log
  readonly counters: Counters
  readonly system: ActorSystem
  readonly readMetrics: (() => Promise<Metrics>) | undefined
}

/** Answers HTTP and opens sockets from here on, until it is told to stop. */
function serve(listener: Listener, { settings, log, counters, system, readMetrics }: Served): { stop(): void } {
  let isDraining = false
  const upgrades = new Upgrades({
    policy: settings,
    bounds: settings,
    counters,
    gateway: async () => (await system.gateway()).sockets,
  })
  const options: AppOptions = { health: () => (isDraining ? 'draining' : 'ok'), ...webClient(), log }
  const { metricsToken: token } = settings
  const app = createApp(token && readMetrics ? { ...options, metrics: { token, read: readMetrics } } : options)
  const request = getRequestListener(app.fetch)
  listener.serve({ request, upgrade: (...args) => upgrades.take(...args) })
  return {
    stop() {
      isDraining = true
      upgrades.stop()
      listener.stop()
    },
  }
}

/** Counts for whoever wants them; nothing is loaded where nobody does. */
async function openMetrics({ metricsPort, metricsToken }: Settings, counters: Counters, system: ActorSystem) {
  if (metricsPort === undefined && metricsToken === undefined) return undefined
  const { exposeMetrics, serveMetrics } = await import('./metrics.ts')
  const read = exposeMetrics(counters, () => system.actorsInMemory)
  const close = metricsPort === undefined ? () => {} : await serveMetrics(metricsPort, read)
  return { read, close }
}

async function invite(system: ActorSystem, [url]: readonly string[], log: Log): Promise<string | undefined> {
  const invitation = await firstInvitation(system.peers, random, clock)
  if ('refused' in invitation) {
    log.error('the first invitation could not be made', { refusal: invitation.refused })
    return undefined
  }
  return invitation.ok ? `${url}/join/${invitation.ok.code}` : undefined
}
