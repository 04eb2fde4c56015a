import type { MetricObject } from 'prom-client'
import { ok } from '#protocol/errors.ts'
import type { Metrics } from '#workers/app.ts'
import { openControlSocket } from '../backup/control-server.ts'
import { type Ground, takeGround } from '../ground.ts'
import type { Doors, HostOptions } from '../host.ts'
import { invitationUrl } from '../invitation.ts'
import { Listener } from '../listener.ts'
import { type ObjectsSetup, takeObjectsToServe, tidyObjects } from '../object-store/take.ts'
import { Outages } from '../outages.ts'
import type { RunningHost } from '../running.ts'
import type { Settings } from '../settings-schema.ts'
import { StartError } from '../start-error.ts'
import { urlsOf } from '../urls.ts'
import { within } from '../within.ts'
import { Crew } from './crew.ts'
import { Places } from './places.ts'

/** A thread takes a little less for each (actor-system.ts). */
const DISMISS_WITHIN_MS = 5_000
const END_WITHIN_MS = 5_000

/**
 * Starts a host on several threads. This one keeps what there is only once (the lock on the folder, the bounds of
 * connections, the metrics, the log of threads that ended) and serves nobody. Answers nothing where the port cannot be
 * shared; then one thread has to do.
 */
export async function startThreads(
  { listener, metricsListener }: Doors,
  options: HostOptions,
): Promise<RunningHost | undefined> {
  if (!(await canShare(options.settings.host))) {
    options.log.warn('this system cannot share a port among threads: one thread serves')
    return undefined
  }
  const { host } = options.settings
  const { address } = listener
  // Nobody else has the port, or the listener would not. It is given up only to be taken again at once, to be shared.
  await listener.closeAll()
  const gate = await Listener.openShared(host, address.port)
  try {
    const objects = await takeObjectsToServe(options.settings, options.log)
    const ground = await takeGround({ ...options, outages: new Outages(options.log) })
    const urls = urlsOf(options.settings.publicUrl, address)
    return await startOn({ gate, metricsListener, ground, objects, urls }, options)
  } catch (error) {
    void gate.closeAll()
    throw error
  }
}

/** On a port that nobody knows. */
async function canShare(host: string): Promise<boolean> {
  try {
    const listener = await Listener.openShared(host, 0)
    await listener.closeAll()
    return true
  } catch {
    return false
  }
}

type Taken = {
  readonly gate: Listener
  readonly metricsListener: Listener | undefined
  readonly ground: Ground
  readonly objects: ObjectsSetup
  readonly urls: readonly string[]
}

async function startOn(
  { gate, metricsListener, ground, objects, urls }: Taken,
  { settings, log, onFailure }: HostOptions,
): Promise<RunningHost> {
  const places = new Places(settings)
  const threads = Math.min(settings.threads, ground.setup.format.partitions)
  const { port } = gate.address
  const isTerminal = process.stdout.isTTY
  let readMetrics: ReadMetrics
  const crew = new Crew({
    setup: { threads, store: ground.setup, objects, port, settings, isTerminal },
    log,
    answers: (thread) => ({
      enter: async (address) => ok(places.enter(thread, address)),
      leave: async (place) => {
        places.leave(place)
        return ok(null)
      },
      readMetrics: async () => ok(await readOrThrow(readMetrics)),
      storeFailed: async (reason, isAdvice) => {
        onFailure(isAdvice ? new StartError(reason) : new Error(reason))
        return ok(null)
      },
    }),
    onLost: (thread) => places.leaveAll(thread),
    onFailure,
  })
  try {
    await tidyObjects(objects)
    await crew.start()
    await ground.becomeWhole()
    readMetrics = await openMetrics(settings, metricsListener, crew)
    await gate.closeAll()
    await crew.serve()
  } catch (error) {
    await crew.end()
    await gate.closeAll()
    await ground.release(false)
    throw error
  }
  const invitation = await invite(crew)
  const control = await openControlSocket({ data: settings.data, log, shares: () => crew.calls, objects })
  return {
    urls,
    invitation: invitationUrl(urls, invitation),
    async stop() {
      control.close()
      crew.keepAway()
      await within(
        DISMISS_WITHIN_MS,
        crew.all((calls) => calls.dismissClients()),
      )
      const ends = crew.all((calls) => calls.end())
      const inTime = await within(END_WITHIN_MS, ends)
      const inOrder = inTime && (await ends).every((outcome) => 'ok' in outcome && outcome.ok)
      await crew.end()
      await ground.release(inOrder)
      void metricsListener?.closeAll()
      return inOrder
    },
  }
}

async function invite(crew: Crew): Promise<string | undefined> {
  // Any thread will do, and there is always a first one.
  const [outcome] = await crew.all((calls) => calls.invite())
  return outcome && 'ok' in outcome ? outcome.ok : undefined
}

type ReadMetrics = (() => Promise<Metrics>) | undefined

async function openMetrics(settings: Settings, listener: Listener | undefined, crew: Crew): Promise<ReadMetrics> {
  if (!listener && settings.metricsToken === undefined) return undefined
  const { summedMetrics } = await import('./summed-metrics.ts')
  const { serveMetrics } = await import('../metrics.ts')
  const read = summedMetrics(async (): Promise<MetricObject[][]> => {
    const outcomes = await crew.all((calls) => calls.metrics())
    return outcomes.flatMap((outcome) => ('ok' in outcome ? [outcome.ok] : []))
  })
  if (listener) serveMetrics(listener, read)
  return read
}

function readOrThrow(read: ReadMetrics): Promise<Metrics> {
  if (!read) throw new Error('nobody asked for metrics')
  return read()
}
