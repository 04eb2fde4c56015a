import type { Log } from '#durable/ports/log.ts'
import { ActorSystem } from './actor-system.ts'
import { ConnectionLimits } from './connection-limits.ts'
import { Counters } from './counters.ts'
import { invitationUrl, invite } from './invitation.ts'
import { Listener } from './listener.ts'
import type { RunningHost } from './running.ts'
import { serve } from './serving.ts'
import { limitsOf } from './settings.ts'
import type { Settings } from './settings-schema.ts'
import { DOUBT } from './store/inspection.ts'
import { Store } from './store/store.ts'
import { urlsOf } from './urls.ts'

export type HostOptions = {
  readonly settings: Settings
  readonly log: Log
  /** The store has failed, or a thread cannot be replaced: nothing can be trusted until the process starts anew. */
  readonly onFailure: (error: Error) => void
}

/** Starts a host. Throws a StartError, having changed nothing, where its port or its folder cannot be used. */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { host, port, threads } = options.settings
  const listener = await Listener.open(host, port)
  try {
    if (threads === 1) return await startOn(listener, options)
    // Nothing of it is loaded where one thread does everything.
    const { startThreads } = await import('./connection-threads/host.ts')
    return (await startThreads(listener, options)) ?? (await startOn(listener, options))
  } catch (error) {
    void listener.closeAll()
    throw error
  }
}

async function startOn(listener: Listener, { settings, log, onFailure }: HostOptions): Promise<RunningHost> {
  const counters = new Counters()
  const store = await Store.open(settings.data, { ...counters.ofStore, onFailure, onDoubt: () => log.info(DOUBT) })
  const system = new ActorSystem({ store, limits: limitsOf(settings), log, counters })
  await system.start()
  const metrics = await openMetrics(settings, counters, system)
  const limits = new ConnectionLimits(settings)
  const enter = (address: string) => limits.enter(address)
  const serving = serve(listener, { settings, log, counters, system, enter, readMetrics: metrics?.read })
  const urls = urlsOf(settings.publicUrl, listener.address)
  const invitation = await invite(system.peers, log)
  return {
    urls,
    invitation: invitationUrl(urls, invitation),
    async stop() {
      serving.stop()
      await system.dismissClients()
      await system.end()
      await store.close()
      void listener.closeAll()
      metrics?.close()
    },
  }
}

/** Counts for whoever wants them; nothing is loaded where nobody does. */
async function openMetrics({ metricsPort, metricsToken }: Settings, counters: Counters, system: ActorSystem) {
  if (metricsPort === undefined && metricsToken === undefined) return undefined
  const { countersIn, serveMetrics, textOf } = await import('./metrics.ts')
  const registry = countersIn(counters, () => system.actorsInMemory)
  const read = () => textOf(registry)
  const close = metricsPort === undefined ? () => {} : await serveMetrics(metricsPort, read)
  return { read, close }
}
