import { AwsV4Signer } from 'aws4fetch'
import type { Clock } from '#durable/ports/clock.ts'
import {
  type Content,
  type Copy,
  type Download,
  MAX_COPY_BYTES,
  type ObjectStore,
  type SignedPut,
  TOO_LARGE_TO_COPY,
  URL_LASTS_MS,
  type Verdict,
  wholeLength,
} from '#durable/ports/object-store.ts'
import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import { fromBase64Url, toBase64Url } from '#protocol/ids.ts'
import { contentDisposition } from '#workers/object-routes.ts'
import type { S3Address } from '#workers/s3-address.ts'
import { type Part, partsIn, uploadIn, wholeOf } from './s3-xml.ts'

const CHECKSUM = 'x-amz-checksum-sha256'
const UNREACHABLE = refuse('retry', 'the object store does not answer')
const NO_STORE = refuse('limit-reached', 'this server keeps no files')

type Asking = {
  readonly method: string
  readonly query?: Record<string, string>
  readonly headers?: Record<string, string>
  readonly body?: string
}

export type S3Options = {
  readonly address: S3Address
  /** Where clients reach the store, if elsewhere. */
  readonly publicEndpoint?: string | undefined
  /** Whether it is known that the store refuses content that is not what a URL was signed for. */
  readonly refusesOtherContent: boolean
  /** By which URLs hold. */
  readonly clock: Clock
}

/** Objects on a store of the S3 protocol, which at Cloudflare is R2. The SDK that node-host uses is too large for here. */
export class S3Objects implements ObjectStore {
  readonly copy: Copy | undefined
  readonly #address: S3Address
  readonly #publicEndpoint: string
  readonly #refusesOtherContent: boolean
  readonly #clock: Clock

  constructor({ address, publicEndpoint = address.endpoint, refusesOtherContent, clock }: S3Options) {
    this.#address = address
    this.#publicEndpoint = publicEndpoint
    this.#refusesOtherContent = refusesOtherContent
    this.#clock = clock
    this.copy = refusesOtherContent ? undefined : (key, to) => this.#copy(key, to)
  }

  async presignPut(key: string, content: Content): Promise<SignedPut> {
    return this.#presign(key, content, {})
  }

  async presignPart(key: string, upload: string, part: number, content: Content): Promise<SignedPut> {
    return this.#presign(key, content, { partNumber: String(part), uploadId: upload })
  }

  presignGet(key: string, { name, type, disposition }: Download): Promise<string> {
    const query = {
      'response-content-type': type,
      'response-content-disposition': contentDisposition(name, disposition),
    }
    return this.#sign('GET', key, query)
  }

  verify(key: string, contents: readonly Content[]): Promise<Outcome<Verdict>> {
    return asked(() => this.#verdict(key, contents))
  }

  delete(key: string): Promise<Outcome<null>> {
    return asked(async () => {
      await this.#ask(key, { method: 'DELETE' })
      return null
    })
  }

  beginParts(key: string): Promise<Outcome<string>> {
    return asked(async () => uploadIn(await textOf(await this.#ask(key, { method: 'POST', query: { uploads: '' } }))))
  }

  joinParts(key: string, upload: string, parts: readonly Content[]): Promise<Outcome<Verdict>> {
    return asked(async () => {
      const there = await this.#partsOf(key, upload)
      // It was joined before, or given up.
      if (!there) return lengthOf(await this.#head(key), parts)
      if (there.length < parts.length) return 'missing'
      if (there.length > parts.length || !parts.every((part, i) => isPart(there[i], part))) return 'different'
      const answer = await this.#ask(key, { method: 'POST', query: { uploadId: upload }, body: wholeOf(there) })
      await assertDone(answer)
      return lengthOf(await this.#head(key), parts)
    })
  }

  dropParts(key: string, upload: string): Promise<Outcome<null>> {
    return asked(async () => {
      await this.#ask(key, { method: 'DELETE', query: { uploadId: upload } })
      return null
    })
  }

  async #copy(key: string, to: string): Promise<Outcome<boolean>> {
    const there = await asked(() => this.#head(key))
    if ('refused' in there) return there
    if (there.ok.status === 404) return ok(false)
    if (Number(there.ok.headers.get('content-length')) > MAX_COPY_BYTES) return TOO_LARGE_TO_COPY
    return asked(async () => {
      const headers = { 'x-amz-copy-source': `/${this.#address.bucket}/${key}` }
      const answer = await this.#ask(to, { method: 'PUT', headers })
      if (answer.status === 404) return false
      await assertDone(answer)
      return true
    })
  }

  /** A hash is the store's own where it tells one; where nothing is known all is read, and nothing of it kept. */
  async #verdict(key: string, contents: readonly Content[]): Promise<Verdict> {
    const head = await this.#head(key)
    const verdict = lengthOf(head, contents)
    if (verdict !== 'equal') return verdict
    const [whole, ...others] = contents
    const told = others.length === 0 ? head.headers.get(CHECKSUM) : null
    if (whole && told !== null) return told === base64(whole.sha256) ? 'equal' : 'different'
    return this.#refusesOtherContent ? 'equal' : this.#readBack(key, contents)
  }

  #head(key: string): Promise<Response> {
    return this.#ask(key, { method: 'HEAD', headers: { 'x-amz-checksum-mode': 'ENABLED' } })
  }

  async #readBack(key: string, parts: readonly Content[]): Promise<Verdict> {
    let start = 0
    for (const { bytes, sha256 } of parts) {
      const headers: Record<string, string> = bytes === 0 ? {} : { range: `bytes=${start}-${start + bytes - 1}` }
      const { body } = await this.#ask(key, { method: 'GET', headers })
      const digest = new crypto.DigestStream('SHA-256')
      await body?.pipeTo(digest)
      if (body && toBase64Url(new Uint8Array(await digest.digest)) !== sha256) return 'different'
      start += bytes
    }
    return 'equal'
  }

  async #partsOf(key: string, upload: string): Promise<Part[] | undefined> {
    const parts: Part[] = []
    for (let marker: string | undefined = '0'; marker !== undefined; ) {
      const query: Record<string, string> = { uploadId: upload, 'part-number-marker': marker }
      const answer = await this.#ask(key, { method: 'GET', query })
      if (answer.status === 404) return undefined
      const page = partsIn(await answer.text())
      parts.push(...page.parts)
      marker = page.next
    }
    return parts
  }

  async #presign(key: string, { bytes, sha256 }: Content, query: Record<string, string>): Promise<SignedPut> {
    const checksum = { [CHECKSUM]: base64(sha256) }
    const bound = { ...checksum, 'content-length': String(bytes) }
    return { url: await this.#sign('PUT', key, query, bound), headers: checksum }
  }

  /** For somebody else, who sends these headers too. */
  async #sign(
    method: string,
    key: string,
    query: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<string> {
    const url = this.#urlOf(this.#publicEndpoint, key, { ...query, 'X-Amz-Expires': String(URL_LASTS_MS / 1000) })
    const bound = { method, url, headers, signQuery: true, allHeaders: true, datetime: datetimeOf(this.#clock.now()) }
    const signer = new AwsV4Signer({ ...this.#credentials(), ...bound })
    return String((await signer.sign()).url)
  }

  async #ask(key: string, { method, query = {}, headers = {}, body }: Asking): Promise<Response> {
    const url = this.#urlOf(this.#address.endpoint, key, query)
    const signer = new AwsV4Signer({
      ...this.#credentials(),
      method,
      url,
      headers,
      ...(body !== undefined && { body }),
    })
    const signed = await signer.sign()
    const answer = await fetch(signed.url, { method, headers: signed.headers, ...(body !== undefined && { body }) })
    if (!answer.ok && answer.status !== 404) throw new StoreError(`${answer.status} ${await answer.text()}`)
    return answer
  }

  #urlOf(endpoint: string, key: string, query: Record<string, string>): string {
    return `${endpoint}/${this.#address.bucket}/${key}?${new URLSearchParams(query)}`
  }

  #credentials() {
    const { key, secret, region } = this.#address
    return { accessKeyId: key, secretAccessKey: secret, region, service: 's3' }
  }
}

function lengthOf({ status, headers }: Response, contents: readonly Content[]): Verdict {
  if (status === 404) return 'missing'
  return Number(headers.get('content-length')) === wholeLength(contents) ? 'equal' : 'different'
}

function isPart(there: Part | undefined, { bytes, sha256 }: Content): boolean {
  return there?.bytes === bytes && (there.sha256 === undefined || there.sha256 === base64(sha256))
}

class StoreError extends Error {}

/** What the store cannot say now it is asked again later. */
async function asked<Answer>(ask: () => Promise<Answer>): Promise<Outcome<Answer>> {
  try {
    return ok(await ask())
  } catch (error) {
    if (error instanceof StoreError && /^4/.test(error.message)) throw error
    return UNREACHABLE
  }
}

async function textOf(answer: Response): Promise<string> {
  if (!answer.ok) throw new StoreError(`${answer.status} ${await answer.text()}`)
  return answer.text()
}

/** It may say only in the body that it failed. */
async function assertDone(answer: Response): Promise<void> {
  const text = await textOf(answer)
  if (text.includes('<Error>')) throw new StoreError(text)
}

/** As signatures have it: 20261129T103000Z. */
function datetimeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/[:-]|\.\d{3}/g, '')
}

/** The protocol wants the other alphabet, and padding. */
function base64(base64url: string): string {
  return btoa(String.fromCharCode(...fromBase64Url(base64url)))
}

const refused = async () => NO_STORE
const impossible = async (): Promise<never> => {
  throw new Error(NO_STORE.refused.reason)
}

/** Where no store is set: nothing can be declared, so nothing else is asked for. */
export const noObjects: ObjectStore = {
  presignPut: impossible,
  presignPart: impossible,
  presignGet: impossible,
  copy: undefined,
  verify: refused,
  delete: refused,
  beginParts: refused,
  joinParts: refused,
  dropParts: refused,
}
