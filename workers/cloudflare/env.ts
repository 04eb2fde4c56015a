import type { Limits } from '#durable/ports/host.ts'
import type { DirectoryObject, GatewayObject, HasherObject, RoomObject, UserObject } from './objects.ts'

/** What wrangler.toml binds, and what whoever deploys sets. */
export type Env = {
  readonly GATEWAY: DurableObjectNamespace<GatewayObject>
  readonly USER: DurableObjectNamespace<UserObject>
  readonly ROOM: DurableObjectNamespace<RoomObject>
  readonly DIRECTORY: DurableObjectNamespace<DirectoryObject>
  readonly HASHER: DurableObjectNamespace<HasherObject>
  /** The built web client: as Cloudflare serves it, or the folder it lies in. */
  readonly ASSETS: Fetcher
} & Variables

/** Settings under the names they have on every host; numbers when they stand as such in wrangler.toml. */
export type Variables = {
  readonly [Name in LimitVariable | OwnVariable]?: string | number | null
}

type OwnVariable =
  `SNUG_${'PUBLIC_URL' | 'S3_URL' | 'S3_PUBLIC_URL' | 'S3_REFUSES_OTHER_CONTENT' | 'CLAIM_SECRET' | 'BACKUP_SECRET' | 'JURISDICTION' | 'TRUSTED_PROXIES' | 'INSECURE_LAN'}`

export type LimitVariable = `SNUG_${Uppercase<Snake<keyof Limits>>}`

type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : ''
