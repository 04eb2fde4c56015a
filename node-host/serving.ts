import { getRequestListener } from '@hono/node-server'
import type { Log } from '#durable/ports/log.ts'
import { type AppOptions, createApp, type Metrics } from '#workers/app.ts'
import type { ActorSystem } from './actor-system.ts'
import type { Place } from './connection-limits.ts'
import type { Counters } from './counters.ts'
import type { Listener } from './listener.ts'
import type { OpenObjects } from './object-store/take.ts'
import type { Settings } from './settings-schema.ts'
import { Upgrades } from './upgrades.ts'
import { webClient } from './web.ts'

export type ServingOptions = {
  readonly settings: Settings
  readonly log: Log
  readonly counters: Counters
  readonly system: ActorSystem
  readonly objects: OpenObjects
  readonly enter: (address: string) => Place | Promise<Place>
  readonly readMetrics: (() => Promise<Metrics>) | undefined
}

/** Answers HTTP and opens sockets from here on, until it is told to stop. */
export function serve(listener: Listener, options: ServingOptions): { stop(): void } {
  const { settings, log, counters, system, objects, enter, readMetrics } = options
  let isDraining = false
  const upgrades = new Upgrades({
    policy: settings,
    enter,
    counters,
    gateway: async () => (await system.gateway()).sockets,
  })
  const appOptions: AppOptions = {
    health: () => (isDraining ? 'draining' : 'ok'),
    ...webClient(),
    objects: objects.served,
    objectsOrigin: objectsOriginOf(settings),
    log,
  }
  const { metricsToken: token } = settings
  const app = createApp(token && readMetrics ? { ...appOptions, metrics: { token, read: readMetrics } } : appOptions)
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

function objectsOriginOf({ s3Url, s3PublicUrl }: Settings): string | undefined {
  const url = s3PublicUrl ?? s3Url?.endpoint
  return url && new URL(url).origin
}
