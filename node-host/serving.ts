import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
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

type AnsweringOptions = Pick<AppOptions, 'health'> & {
  readonly settings: Pick<Settings, 'metricsToken' | 's3Url' | 's3PublicUrl'>
  readonly log: Log
  readonly objects: Pick<OpenObjects, 'served'>
  readonly readMetrics: (() => Promise<Metrics>) | undefined
  readonly client: Pick<AppOptions, 'files' | 'page'>
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
  const health = () => (isDraining ? 'draining' : 'ok')
  const app = appOf({ settings, log, objects, readMetrics, client: webClient(), health })
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

/** All that this host answers over HTTP. */
export function appOf({ settings, log, objects, readMetrics, client, health }: AnsweringOptions): Hono {
  const { metricsToken: token } = settings
  return createApp({
    ...client,
    health,
    log,
    objects: objects.served,
    objectsOrigin: objectsOriginOf(settings),
    ...(token && readMetrics && { metrics: { token, read: readMetrics } }),
  })
}

function objectsOriginOf({ s3Url, s3PublicUrl }: Pick<Settings, 's3Url' | 's3PublicUrl'>): string | undefined {
  const url = s3PublicUrl ?? s3Url?.endpoint
  return url && new URL(url).origin
}
