import { userInfo } from 'node:os'
import { join } from 'node:path'

/** Swift is four servers: three keep, and the proxy speaks S3. */
export const ROLES = ['account', 'container', 'object', 'proxy'] as const
export type Role = (typeof ROLES)[number]

type Section = Readonly<Record<string, string | number>>
type Settings = Readonly<Record<string, Section>>

export type Ports = Readonly<Record<Role, number>>

export type SwiftOptions = {
  readonly folder: string
  readonly ports: Ports
  /** `account:user`. */
  readonly key: string
  readonly secret: string
}

/** What a request passes on its way through the proxy. */
const FILTERS: Readonly<Record<string, Section>> = {
  catch_errors: {},
  gatekeeper: {},
  healthcheck: {},
  // Of the memory cache nothing is there: everything is asked for.
  cache: { use: 'egg:swift#memcache', memcache_servers: '127.0.0.1:1' },
  listing_formats: {},
  bulk: {},
  s3api: { location: 'us-east-1', s3_acl: 'false', cors_preflight_allow_origin: '*' },
  tempauth: {},
  copy: {},
  slo: {},
  dlo: {},
  symlink: {},
  versioned_writes: { allow_object_versioning: 'true' },
}

/** The files of settings by their names. */
export function swiftSettings(options: SwiftOptions): Record<string, string> {
  const servers = ROLES.map((role): readonly [name: string, settings: Settings] => [
    `${role}-server.conf`,
    role === 'proxy' ? proxy(options) : keeper(role, options),
  ])
  const common: Settings = {
    'swift-hash': { swift_hash_path_suffix: 'test', swift_hash_path_prefix: 'test' },
    'storage-policy:0': { name: 'one', default: 'yes' },
  }
  const files: (readonly [name: string, Settings])[] = [['swift.conf', common], ...servers]
  return Object.fromEntries(files.map(([name, settings]) => [name, ini(settings)]))
}

function keeper(role: Role, options: SwiftOptions): Settings {
  const own = { devices: join(options.folder, 'disks'), mount_check: 'false', disable_fallocate: 'true' }
  return {
    DEFAULT: { ...common(role, options), ...own },
    'pipeline:main': { pipeline: `${role}-server` },
    [`app:${role}-server`]: { use: `egg:swift#${role}` },
  }
}

function proxy(options: SwiftOptions): Settings {
  const { key, secret } = options
  const user = { [`user_${key.replace(':', '_')}`]: `${secret} .admin` }
  const filters = Object.entries(FILTERS).map(([name, settings]) => [
    `filter:${name}`,
    { use: `egg:swift#${name}`, ...settings, ...(name === 'tempauth' && user) },
  ])
  const cors = { cors_allow_origin: '*', cors_expose_headers: 'etag, content-range, content-length, accept-ranges' }
  return {
    DEFAULT: { ...common('proxy', options), ...cors },
    'pipeline:main': { pipeline: [...Object.keys(FILTERS), 'proxy-server'].join(' ') },
    'app:proxy-server': { use: 'egg:swift#proxy', account_autocreate: 'true' },
    ...Object.fromEntries(filters),
  }
}

function common(role: Role, { folder, ports }: SwiftOptions): Section {
  return {
    bind_ip: '127.0.0.1',
    bind_port: ports[role],
    workers: 0,
    user: userInfo().username,
    swift_dir: folder,
    log_level: 'WARNING',
  }
}

function ini(settings: Settings): string {
  const sections = Object.entries(settings).map(([name, section]) => {
    const lines = Object.entries(section).map(([key, value]) => `${key} = ${value}`)
    return [`[${name}]`, ...lines].join('\n')
  })
  return `${sections.join('\n\n')}\n`
}
