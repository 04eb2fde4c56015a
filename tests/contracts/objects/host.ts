import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { Clock } from '#durable/ports/clock.ts'
import type { Content, Download, ObjectStore, SignedPut } from '#durable/ports/object-store.ts'
import { ok } from '#protocol/errors.ts'

/** A store of objects, and where clients reach it. */
export type ObjectHost = {
  readonly store: ObjectStore
  readonly origin: string
  /** By which URLs are signed. */
  readonly time: TestClock
  /** Whether other bytes than a URL was signed for are refused; else they are found out when they are looked at. */
  readonly refusesOtherContent: boolean
  close(): Promise<void>
}

/** A clock that goes wrong when it is told to. */
export class TestClock implements Clock {
  aheadMs = 0

  now(): number {
    return Date.now() + this.aheadMs
  }
}

export const KIB = 1024
/** Parts are at least so large, but for the last (S3). */
export const PART_BYTES = 5 * KIB * KIB
export const PICTURE: Download = { name: 'Ünïcode 照片 "1".png', type: 'image/png', disposition: 'inline' }

/** Sends and fetches, as clients do; and looks, as an actor does. */
export class ObjectClient {
  readonly host: ObjectHost

  constructor(host: ObjectHost) {
    this.host = host
  }

  get store(): ObjectStore {
    return this.host.store
  }

  /** Answers the status. */
  async put({ url, headers }: SignedPut, body: Buffer): Promise<number> {
    const answer = await fetch(new URL(url, this.host.origin), { method: 'PUT', headers, body: new Uint8Array(body) })
    await answer.arrayBuffer()
    return answer.status
  }

  async putOther(request: SignedPut, body: Buffer): Promise<void> {
    const status = await this.put(request, body)
    if (this.host.refusesOtherContent) expect(status).toBeGreaterThanOrEqual(400)
  }

  get(url: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(new URL(url, this.host.origin), { headers })
  }

  async fetched(key: string): Promise<Buffer> {
    return Buffer.from(await (await this.get(await this.store.presignGet(key, PICTURE))).arrayBuffer())
  }

  async keep(bytes: Buffer): Promise<string> {
    const key = newKey()
    expect(await this.put(await this.store.presignPut(key, contentOf(bytes)), bytes)).toBe(200)
    return key
  }

  async begin(key: string): Promise<string> {
    const begun = await this.store.beginParts(key)
    if ('refused' in begun) throw new Error(begun.refused.reason)
    return begun.ok
  }

  /** Answers what from then on is the object. */
  async looked(key: string, contents: readonly Content[]): Promise<string> {
    const { copy } = this.store
    const place = copy ? newKey() : key
    if (copy) expect(await copy(key, place)).toEqual(ok(true))
    expect(await this.store.verify(place, contents)).toEqual(ok('equal'))
    return place
  }
}

export function contentOf(bytes: Uint8Array): Content {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('base64url') }
}

export function newKey(): string {
  return randomBytes(16).toString('base64url')
}
