import { resolve } from 'node:path'
import * as z from 'zod/mini'
import { DEFAULT_LIMITS } from '#durable/ports/host.ts'
import { parseRange } from '#workers/addresses.ts'
import { parseS3Address } from '#workers/s3-address.ts'
import { LOG_LEVELS } from './log.ts'

export type SettingNotes = {
  /** What it sets, for the table. */
  readonly help: string
  /** What a value must be: ends a sentence that begins with "takes". */
  readonly takes: string
  /** A flag that stands without a value. */
  readonly isSwitch?: true
  /** Never shown again, whatever is wrong with it. */
  readonly isSecret?: true
}

/** What the table and the messages say about each setting. */
export const settingNotes = z.registry<SettingNotes>()

/** Every value comes as text, from a flag or the environment. */
const text = z.string().check(z.trim(), z.minLength(1))

function whole(min: number, max: number) {
  const number = z.pipe(text.check(z.regex(/^\d+$/)), z.transform(Number))
  return z.pipe(number, z.int().check(z.minimum(min), z.maximum(max)))
}

function wholeSetting(fallback: number, min: number, max: number, help: string) {
  const takes = `a whole number from ${min} to ${max}`
  return z.prefault(whole(min, max), String(fallback)).register(settingNotes, { help, takes })
}

const MILLION = 1_000_000
const KIB = 1024

const webAddress = z.pipe(
  text.check(z.refine((url) => /^https?:\/\/[^/?#\s]+\/?$/.test(url) && URL.canParse(url))),
  z.transform((url) => new URL(url).origin),
)

const s3Address = z.pipe(
  text.check(z.refine((url) => parseS3Address(url) !== undefined)),
  z.transform((url) => parseS3Address(url) ?? raise(url)),
)

const ranges = z.pipe(
  z.pipe(
    z.string(),
    z.transform((list) =>
      list
        .split(',')
        .map((range) => range.trim())
        .filter((range) => range !== ''),
    ),
  ),
  z.array(
    z.pipe(
      z.string().check(z.refine((range) => parseRange(range) !== undefined)),
      z.transform((range) => parseRange(range) ?? raise(range)),
    ),
  ),
)

const redisUrls = z.pipe(
  z.pipe(
    text,
    z.transform((list) => list.split(',').map((url) => url.trim())),
  ),
  z
    .array(z.string().check(z.refine((url) => URL.canParse(url) && /^rediss?:\/\/[^/]/.test(url))))
    .check(z.refine((urls) => new Set(urls).size === urls.length)),
)

function raise(text: string): never {
  throw new Error(`${text.length} characters were checked, and cannot be read`)
}

/** All settings of a host, under the names from which flags (`--public-url`) and variables (`SNUG_PUBLIC_URL`) are made. */
export const settingsSchema = z.object({
  port: wholeSetting(7684, 0, 65535, 'The port for the web client and its connections; 0 takes any free one.'),
  host: z.prefault(text, '127.0.0.1').register(settingNotes, {
    help: 'The address to listen on; 0.0.0.0 or :: listens on all networks of the machine.',
    takes: 'an address of this machine',
  }),
  data: z
    .prefault(
      z.pipe(
        text,
        z.transform((path) => resolve(path)),
      ),
      './data',
    )
    .register(settingNotes, {
      help: 'The folder that holds everything: messages, accounts, keys. Made where there is none.',
      takes: 'a folder',
    }),
  redisUrl: z.optional(redisUrls).register(settingNotes, {
    help: 'Keeps messages and accounts on a server of the Redis protocol (Pika, Redis, Valkey, Kvrocks) instead of in the folder; several share them.',
    takes: 'URLs with commas between, such as redis://:password@10.0.0.2:9221; always the same in the same order',
    isSecret: true,
  }),
  allowUnsafeStore: z.prefault(z.stringbool(), 'false').register(settingNotes, {
    help: 'Uses a server of the Redis protocol even if it does not keep what it acknowledges.',
    takes: 'true or false',
    isSwitch: true,
  }),
  s3Url: z.optional(s3Address).register(settingNotes, {
    help: 'Keeps files in a bucket on a store of the S3 protocol (MinIO, Garage, Ceph, R2, S3) instead of in the folder: clients send and fetch them there.',
    takes: 'a URL such as https://KEY:SECRET@s3.example.org/bucket?region=eu-west-1',
    isSecret: true,
  }),
  s3PublicUrl: z.optional(webAddress).register(settingNotes, {
    help: 'Where clients reach that store, if not where Snug does.',
    takes: 'a URL without a path, such as https://files.example.org',
  }),
  publicUrl: z.optional(webAddress).register(settingNotes, {
    help: 'Where people open this server, if not at the address it listens on; invitations are printed with it.',
    takes: 'a URL without a path, such as https://chat.example.org',
  }),
  trustedProxies: z.prefault(ranges, '127.0.0.0/8,::1').register(settingNotes, {
    help: 'Whose X-Forwarded-For and X-Forwarded-Proto headers are believed: a TLS front before Snug.',
    takes: 'addresses or networks with commas between, such as 10.0.0.0/8,fd00::1',
  }),
  insecureLan: z.prefault(z.stringbool(), 'false').register(settingNotes, {
    help: 'Allows log-in over plain HTTP from other machines: whoever can listen in on the network reads everything.',
    takes: 'true or false',
    isSwitch: true,
  }),
  serverName: z.prefault(text.check(z.maxLength(64)), DEFAULT_LIMITS.serverName).register(settingNotes, {
    help: 'The name that clients show for this server.',
    takes: 'a name of at most 64 characters',
  }),
  catchUpRecords: wholeSetting(
    DEFAULT_LIMITS.catchUpRecords,
    1,
    100,
    'Newest messages of each room that a client gets when it comes back; older ones are fetched when looked at.',
  ),
  messagesPerSecond: wholeSetting(
    DEFAULT_LIMITS.messagesPerSecond,
    1,
    MILLION,
    'Messages a second that a user may send for long.',
  ),
  messageBurst: wholeSetting(DEFAULT_LIMITS.messageBurst, 1, MILLION, 'Messages that a user may send at once.'),
  requestsPerSecond: wholeSetting(
    DEFAULT_LIMITS.requestsPerSecond,
    1,
    MILLION,
    'Other requests a second that a user may make for long.',
  ),
  requestBurst: wholeSetting(DEFAULT_LIMITS.requestBurst, 1, MILLION, 'Other requests that a user may make at once.'),
  roomsPerMinute: wholeSetting(DEFAULT_LIMITS.roomsPerMinute, 1, MILLION, 'Rooms that a user may open in a minute.'),
  roomMembers: wholeSetting(DEFAULT_LIMITS.roomMembers, 2, MILLION, 'Members that a room may have.'),
  uploadsPerMinute: wholeSetting(
    DEFAULT_LIMITS.uploadsPerMinute,
    1,
    MILLION,
    'Files that a user may begin to send in a minute.',
  ),
  fileMib: wholeSetting(
    DEFAULT_LIMITS.fileMib,
    0,
    16 * KIB,
    'How large a file may be, in MiB; with 0 there are no files.',
  ),
  userFilesMib: wholeSetting(DEFAULT_LIMITS.userFilesMib, 0, MILLION, 'How large all files of a user may be, in MiB.'),
  threads: wholeSetting(1, 1, 4, 'Threads that serve connections; each takes a processor of its own when it has to.'),
  connections: wholeSetting(10_000, 1, MILLION, 'Connections that may be open at once.'),
  connectionsPerAddress: wholeSetting(
    1_000,
    1,
    MILLION,
    'Connections from one address (one network of 64 bits with IPv6): so many open at once, and so many new ones a minute.',
  ),
  logLevel: z.prefault(z.enum(LOG_LEVELS), 'info').register(settingNotes, {
    help: 'How much is logged, as lines of JSON on standard output.',
    takes: LOG_LEVELS.join(', '),
  }),
  metricsPort: z.optional(whole(1, 65535)).register(settingNotes, {
    help: 'Serves /metrics for Prometheus on this port of 127.0.0.1, to whoever asks.',
    takes: 'a whole number from 1 to 65535',
  }),
  metricsToken: z.optional(text.check(z.minLength(16))).register(settingNotes, {
    help: 'Serves /metrics on the main port to whoever sends this as a bearer token. Without either there are no metrics.',
    takes: 'at least 16 characters',
    isSecret: true,
  }),
})

export type Settings = z.infer<typeof settingsSchema>
