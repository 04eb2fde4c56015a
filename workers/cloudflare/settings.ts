import { DEFAULT_LIMITS, type Limits } from '#durable/ports/host.ts'
import { parseRange } from '#workers/addresses.ts'
import type { AdmissionPolicy } from '#workers/admission.ts'
import { parseS3Address, type S3Address } from '#workers/s3-address.ts'
import type { LimitVariable, Variables } from './env.ts'

export type Settings = {
  /** Where people open this server, if not at the address of the request. */
  readonly publicUrl: string | undefined
  /** Lets whoever deployed the server fetch the first invitation; without it nobody can. */
  readonly claimSecret: string | undefined
  /** Opens the rows of all objects to whoever knows it, for a backup or a restore; without it nobody can. */
  readonly backupSecret: string | undefined
}

const MIN_SECRET_LENGTH = 16

/** Throws on a value that cannot be understood; the message names the variable. */
export function readSettings(variables: Variables): Settings {
  const publicUrl = text(variables, 'SNUG_PUBLIC_URL')
  const claimSecret = secret(variables, 'SNUG_CLAIM_SECRET')
  const backupSecret = secret(variables, 'SNUG_BACKUP_SECRET')
  if (publicUrl !== undefined && !URL.canParse(publicUrl)) throw new RangeError('SNUG_PUBLIC_URL takes a URL.')
  return { publicUrl: publicUrl && new URL(publicUrl).origin, claimSecret, backupSecret }
}

/** A front before workerd, where people run it themselves. Throws as above. */
export function readProxySettings(variables: Variables): Pick<AdmissionPolicy, 'trustedProxies' | 'insecureLan'> {
  const list = text(variables, 'SNUG_TRUSTED_PROXIES') ?? '127.0.0.0/8,::1'
  const trusted = list.split(',').flatMap((part) => part.trim() || [])
  const insecureLan = text(variables, 'SNUG_INSECURE_LAN') ?? 'false'
  const trustedProxies = trusted.flatMap((range) => parseRange(range) ?? [])
  if (trustedProxies.length < trusted.length) throw new RangeError('SNUG_TRUSTED_PROXIES takes addresses or networks.')
  if (!/^(true|false)$/.test(insecureLan)) throw new RangeError('SNUG_INSECURE_LAN takes true or false.')
  return { trustedProxies, insecureLan: insecureLan === 'true' }
}

/** The settings that the actors obey. Throws as above. */
export function readLimits(variables: Variables): Limits {
  const whole = (name: LimitVariable, fallback: number, min = 1) => wholeNumber(variables, name, min) ?? fallback
  const hasFiles = readObjects(variables) !== undefined
  return {
    catchUpRecords: whole('SNUG_CATCH_UP_RECORDS', DEFAULT_LIMITS.catchUpRecords),
    messagesPerSecond: whole('SNUG_MESSAGES_PER_SECOND', DEFAULT_LIMITS.messagesPerSecond),
    messageBurst: whole('SNUG_MESSAGE_BURST', DEFAULT_LIMITS.messageBurst),
    requestsPerSecond: whole('SNUG_REQUESTS_PER_SECOND', DEFAULT_LIMITS.requestsPerSecond),
    requestBurst: whole('SNUG_REQUEST_BURST', DEFAULT_LIMITS.requestBurst),
    roomsPerMinute: whole('SNUG_ROOMS_PER_MINUTE', DEFAULT_LIMITS.roomsPerMinute),
    roomMembers: whole('SNUG_ROOM_MEMBERS', DEFAULT_LIMITS.roomMembers, 2),
    uploadsPerMinute: whole('SNUG_UPLOADS_PER_MINUTE', DEFAULT_LIMITS.uploadsPerMinute),
    fileMib: hasFiles ? whole('SNUG_FILE_MIB', DEFAULT_LIMITS.fileMib, 0) : 0,
    userFilesMib: whole('SNUG_USER_FILES_MIB', DEFAULT_LIMITS.userFilesMib, 0),
    serverName: text(variables, 'SNUG_SERVER_NAME') ?? DEFAULT_LIMITS.serverName,
  }
}

export type ObjectsSettings = {
  readonly address: S3Address
  readonly publicEndpoint: string | undefined
  readonly refusesOtherContent: boolean
}

/** Where files are; undefined where there are none. Throws as above. */
export function readObjects(variables: Variables): ObjectsSettings | undefined {
  const url = text(variables, 'SNUG_S3_URL')
  const publicUrl = text(variables, 'SNUG_S3_PUBLIC_URL')
  if (publicUrl !== undefined && !URL.canParse(publicUrl)) throw new RangeError('SNUG_S3_PUBLIC_URL takes a URL.')
  if (url === undefined) {
    if (publicUrl !== undefined) throw new RangeError('SNUG_S3_PUBLIC_URL needs SNUG_S3_URL.')
    return undefined
  }
  const address = parseS3Address(url)
  if (!address) throw new RangeError('SNUG_S3_URL takes a URL such as https://KEY:SECRET@host/bucket.')
  const refusesOtherContent = text(variables, 'SNUG_S3_REFUSES_OTHER_CONTENT') === 'true'
  return { address, publicEndpoint: publicUrl?.replace(/\/$/, ''), refusesOtherContent }
}

/** Where clients send and fetch files. */
export function objectsOriginIn(variables: Variables): string | undefined {
  const objects = readObjects(variables)
  return objects && new URL(objects.publicEndpoint ?? objects.address.endpoint).origin
}

function wholeNumber(variables: Variables, name: LimitVariable, min: number): number | undefined {
  const value = text(variables, name)
  if (value === undefined) return undefined
  if (!/^\d{1,7}$/.test(value) || Number(value) < min) throw new RangeError(`${name} takes a whole number from ${min}.`)
  return Number(value)
}

function secret(variables: Variables, name: 'SNUG_CLAIM_SECRET' | 'SNUG_BACKUP_SECRET'): string | undefined {
  const value = text(variables, name)
  if (value !== undefined && value.length < MIN_SECRET_LENGTH)
    throw new RangeError(`${name} takes at least ${MIN_SECRET_LENGTH} characters.`)
  return value
}

function text(variables: Variables, name: keyof Variables): string | undefined {
  const value = String(variables[name] ?? '').trim()
  return value === '' ? undefined : value
}
