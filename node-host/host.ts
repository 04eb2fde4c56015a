import type { Log } from '#durable/ports/log.ts'
import { ActorSystem } from './actor-system.ts'
import { openControlSocket } from './backup/control-server.ts'
import { SnapshotDesk } from './backup/snapshot-desk.ts'
import { SnapshotStore } from './backup/snapshot-store.ts'
import { assertFinished } from './backup/unfinished.ts'
import { clock } from './clock.ts'
import { ConnectionLimits } from './connection-limits.ts'
import { Counters } from './counters.ts'
import { openShare, takeGround } from './ground.ts'
import { invitationUrl, invite } from './invitation.ts'
import { Listener } from './listener.ts'
import { openObjects, takeObjectsToServe, tidyObjects } from './object-store/take.ts'
import { Outages } from './outages.ts'
import type { RunningHost } from './running.ts'
import { serve } from './serving.ts'
import { limitsOf } from './settings.ts'
import type { Settings } from './settings-schema.ts'
import { urlsOf } from './urls.ts'

export type HostOptions = {
  readonly settings: Settings
  readonly log: Log
  /** The store has failed, or a thread cannot be replaced: nothing can be trusted until the process starts anew. */
  readonly onFailure: (error: Error) => void
}

/** Ports that are open before anything else happens. */
export type Doors = { readonly listener: Listener; readonly metricsListener: Listener | undefined }

/** Starts a host. Throws a StartError, having changed nothing, where its ports or its folder cannot be used. */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { host, port, metricsPort, threads } = options.settings
  const listener = await Listener.open(host, port)
  let metricsListener: Listener | undefined
  try {
    if (metricsPort !== undefined) metricsListener = await Listener.open('127.0.0.1', metricsPort, '--metrics-port')
    const doors = { listener, metricsListener }
    if (threads === 1) return await startOn(doors, options)
    // Nothing of it is loaded where one thread does everything.
    const { startThreads } = await import('./connection-threads/host.ts')
    return (await startThreads(doors, options)) ?? (await startOn(doors, options))
  } catch (error) {
    void listener.closeAll()
    void metricsListener?.closeAll()
    throw error
  }
}

async function startOn(
  { listener, metricsListener }: Doors,
  { settings, log, onFailure }: HostOptions,
): Promise<RunningHost> {
  const counters = new Counters()
  const setup = await takeObjectsToServe(settings, log)
  const { store, becomeWhole, close } = await openStore({ settings, log, onFailure }, counters)
  const desk = new SnapshotDesk(store, clock)
  await tidyObjects(setup)
  const objects = await openObjects(setup)
  await becomeWhole()
  const system = new ActorSystem({
    store,
    objects: desk.keeping(objects.store),
    limits: limitsOf(settings),
    log,
    counters,
  })
  await system.start()
  const readMetrics = await openMetrics({ settings, metricsListener, counters, system })
  const limits = new ConnectionLimits(settings)
  const enter = (address: string) => limits.enter(address)
  const serving = serve(listener, { settings, log, counters, system, objects, enter, readMetrics })
  const urls = urlsOf(settings.publicUrl, listener.address)
  const invitation = await invite(system.peers, log)
  const control = await openControlSocket({ data: settings.data, log, shares: () => [desk], objects: setup })
  return {
    urls,
    invitation: invitationUrl(urls, invitation),
    async stop() {
      serving.stop()
      control.close()
      await system.dismissClients()
      await system.end()
      const isInOrder = await close()
      void listener.closeAll()
      void metricsListener?.closeAll()
      return isInOrder
    },
  }
}

async function openStore(options: HostOptions, counters: Counters) {
  const outages = new Outages(options.log, (count) => {
    counters.storesAway = count
  })
  const ground = await takeGround({ ...options, outages })
  const events = { ...counters.ofStore, onFailure: options.onFailure, outages }
  const opened = await openShare(ground.setup, () => true, events).catch(async (error) => {
    await ground.release(false)
    throw error
  })
  const store = new SnapshotStore(opened)
  await assertFinished(store)
  const close = async () => {
    const isInOrder = await store.close()
    await ground.release(isInOrder)
    return isInOrder
  }
  return { store, becomeWhole: ground.becomeWhole, close }
}

type MetricsOptions = {
  readonly settings: Settings
  readonly metricsListener: Listener | undefined
  readonly counters: Counters
  readonly system: ActorSystem
}

/** Counts for whoever wants them; nothing is loaded where nobody does. */
async function openMetrics({ settings, metricsListener, counters, system }: MetricsOptions) {
  if (!metricsListener && settings.metricsToken === undefined) return undefined
  const { countersIn, serveMetrics, textOf } = await import('./metrics.ts')
  const registry = countersIn(counters, () => system.actorsInMemory)
  const read = () => textOf(registry)
  if (metricsListener) serveMetrics(metricsListener, read)
  return read
}
