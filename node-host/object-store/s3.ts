import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListPartsCommand,
  type Part,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
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
import { contentDisposition } from '#workers/object-routes.ts'
import type { S3Address } from '#workers/s3-address.ts'

const CHECKSUM = 'x-amz-checksum-sha256'
const CONNECT_WITHIN_MS = 3_000
const ANSWER_WITHIN_MS = 15_000
/** A GiB on a slow disk. */
const COPIED_WITHIN_MS = 10 * 60_000
const ATTEMPTS = 2
const PARTS_A_PAGE = 1_000

const UNREACHABLE = refuse('retry', 'the object store does not answer')

export type S3Options = {
  readonly address: S3Address
  /** Where clients reach the store, if elsewhere. */
  readonly publicEndpoint?: string | undefined
  /** Whether the store refuses content that is not what a URL was signed for (probe.ts). */
  readonly refusesOtherContent: boolean
  /** By which URLs hold. */
  readonly clock: Clock
}

/** Objects on a store of the S3 protocol: clients talk to it themselves. */
export class S3Objects implements ObjectStore {
  readonly copy: Copy | undefined
  readonly #bucket: string
  readonly #client: S3Client
  /** Asks once: what came late of a first time would be what lies there by then. */
  readonly #copier: S3Client
  /** Signs for where clients reach the store; never asks it anything. */
  readonly #signer: S3Client
  readonly #refusesOtherContent: boolean
  readonly #clock: Clock

  constructor({ address, publicEndpoint = address.endpoint, refusesOtherContent, clock }: S3Options) {
    this.#bucket = address.bucket
    this.#client = clientOf(address, address.endpoint)
    this.#copier = clientOf(address, address.endpoint, { maxAttempts: 1, answerWithinMs: COPIED_WITHIN_MS })
    this.#signer = clientOf(address, publicEndpoint)
    this.#refusesOtherContent = refusesOtherContent
    this.#clock = clock
    this.copy = refusesOtherContent ? undefined : (key, to) => this.#copy(key, to)
  }

  async presignPut(key: string, content: Content): Promise<SignedPut> {
    const command = new PutObjectCommand({ ...this.#at(key), ...bound(content) })
    return {
      url: await getSignedUrl(this.#signer, command, this.#signing()),
      headers: { [CHECKSUM]: base64(content.sha256) },
    }
  }

  async presignPart(key: string, upload: string, part: number, content: Content): Promise<SignedPut> {
    const command = new UploadPartCommand({ ...this.#at(key), UploadId: upload, PartNumber: part, ...bound(content) })
    return {
      url: await getSignedUrl(this.#signer, command, this.#signing()),
      headers: { [CHECKSUM]: base64(content.sha256) },
    }
  }

  presignGet(key: string, { name, type, disposition }: Download): Promise<string> {
    const ResponseContentDisposition = contentDisposition(name, disposition)
    const command = new GetObjectCommand({ ...this.#at(key), ResponseContentType: type, ResponseContentDisposition })
    return getSignedUrl(this.#signer, command, this.#signing())
  }

  verify(key: string, contents: readonly Content[]): Promise<Outcome<Verdict>> {
    return asked(() => this.#verdict(key, contents))
  }

  delete(key: string): Promise<Outcome<null>> {
    return asked(async () => {
      await this.#client.send(new DeleteObjectCommand(this.#at(key))).catch(ignoreMissing)
      return null
    })
  }

  beginParts(key: string): Promise<Outcome<string>> {
    return asked(async () => {
      const begun = await this.#client.send(new CreateMultipartUploadCommand(this.#at(key)))
      if (begun.UploadId === undefined) throw new Error('the object store began an upload without a name')
      return begun.UploadId
    })
  }

  joinParts(key: string, upload: string, parts: readonly Content[]): Promise<Outcome<Verdict>> {
    return asked(async () => {
      const there = await this.#partsOf(key, upload)
      // It was joined before, or given up.
      if (!there) return this.#hasLength(key, parts)
      if (there.length < parts.length) return 'missing'
      if (there.length > parts.length || !parts.every((part, i) => isPart(there[i], part))) return 'different'
      const Parts = there.map(({ PartNumber, ETag, ChecksumSHA256 }) => ({ PartNumber, ETag, ChecksumSHA256 }))
      await this.#client.send(
        new CompleteMultipartUploadCommand({ ...this.#at(key), UploadId: upload, MultipartUpload: { Parts } }),
      )
      return this.#hasLength(key, parts)
    })
  }

  dropParts(key: string, upload: string): Promise<Outcome<null>> {
    return asked(async () => {
      await this.#client
        .send(new AbortMultipartUploadCommand({ ...this.#at(key), UploadId: upload }))
        .catch(ignoreMissing)
      return null
    })
  }

  close(): void {
    this.#client.destroy()
    this.#copier.destroy()
    this.#signer.destroy()
  }

  #signing() {
    return {
      signingDate: new Date(this.#clock.now()),
      expiresIn: URL_LASTS_MS / 1000,
      // A checksum in the query a store may pass over.
      unhoistableHeaders: new Set([CHECKSUM]),
    }
  }

  async #copy(key: string, to: string): Promise<Outcome<boolean>> {
    const there = await asked(() => this.#head(key))
    if ('refused' in there) return there
    if (!there.ok) return ok(false)
    if (there.ok.ContentLength === undefined || there.ok.ContentLength > MAX_COPY_BYTES) return TOO_LARGE_TO_COPY
    return asked(async () => {
      const command = new CopyObjectCommand({ ...this.#at(to), CopySource: `${this.#bucket}/${key}` })
      const copied = await this.#copier.send(command).catch(ignoreMissing)
      return copied !== undefined
    })
  }

  async #verdict(key: string, contents: readonly Content[]): Promise<Verdict> {
    const head = await this.#head(key)
    const verdict = lengthOf(head, contents)
    if (verdict !== 'equal') return verdict
    const [whole, ...others] = contents
    const told = others.length === 0 ? head?.ChecksumSHA256 : undefined
    if (whole && told !== undefined) return told === base64(whole.sha256) ? 'equal' : 'different'
    return this.#refusesOtherContent ? 'equal' : this.#readBack(key, contents)
  }

  async #hasLength(key: string, contents: readonly Content[]): Promise<Verdict> {
    return lengthOf(await this.#head(key), contents)
  }

  #head(key: string): Promise<HeadObjectCommandOutput | undefined> {
    return this.#client.send(new HeadObjectCommand({ ...this.#at(key), ChecksumMode: 'ENABLED' })).catch(ignoreMissing)
  }

  /** The only way to know, where a store neither refuses other content nor tells a hash. */
  async #readBack(key: string, parts: readonly Content[]): Promise<Verdict> {
    let start = 0
    for (const { bytes, sha256 } of parts) {
      const Range = bytes === 0 ? undefined : `bytes=${start}-${start + bytes - 1}`
      const { Body } = await this.#client.send(new GetObjectCommand({ ...this.#at(key), Range }))
      const hash = createHash('sha256')
      for await (const chunk of (Body?.transformToWebStream() ?? []) as AsyncIterable<Uint8Array>) hash.update(chunk)
      if (hash.digest('base64url') !== sha256) return 'different'
      start += bytes
    }
    return 'equal'
  }

  async #partsOf(key: string, upload: string): Promise<Part[] | undefined> {
    const parts: Part[] = []
    for (let PartNumberMarker: string | undefined; ; ) {
      const page = await this.#client
        .send(new ListPartsCommand({ ...this.#at(key), UploadId: upload, MaxParts: PARTS_A_PAGE, PartNumberMarker }))
        .catch(ignoreMissing)
      if (!page) return undefined
      parts.push(...(page.Parts ?? []))
      if (!page.IsTruncated) return parts
      PartNumberMarker = page.NextPartNumberMarker
    }
  }

  #at(key: string) {
    return { Bucket: this.#bucket, Key: key }
  }
}

export function clientOf(
  { region, key, secret }: S3Address,
  endpoint: string,
  { maxAttempts = ATTEMPTS, answerWithinMs = ANSWER_WITHIN_MS } = {},
): S3Client {
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId: key, secretAccessKey: secret },
    forcePathStyle: true,
    maxAttempts,
    requestHandler: {
      connectionTimeout: CONNECT_WITHIN_MS,
      // Of a store that hangs: until it answers, and between two pieces of what it answers.
      requestTimeout: answerWithinMs,
      throwOnRequestTimeout: true,
      socketTimeout: answerWithinMs,
    },
    // Else every URL would bind a CRC32 of nothing.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
}

function bound({ bytes, sha256 }: Content) {
  return { ContentLength: bytes, ChecksumSHA256: base64(sha256) }
}

function lengthOf(
  there: { readonly ContentLength?: number | undefined } | undefined,
  contents: readonly Content[],
): Verdict {
  if (!there) return 'missing'
  return there.ContentLength === wholeLength(contents) ? 'equal' : 'different'
}

function isPart(there: Part | undefined, { bytes, sha256 }: Content): boolean {
  const { Size, ChecksumSHA256 } = there ?? {}
  return Size === bytes && (ChecksumSHA256 === undefined || ChecksumSHA256 === base64(sha256))
}

/** The protocol wants the other alphabet, and padding. */
function base64(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('base64')
}

/** For what may not be there. */
export function ignoreMissing(error: unknown): undefined {
  if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined
  throw error
}

/** What the store cannot say now it is asked again later. */
async function asked<Answer>(ask: () => Promise<Answer>): Promise<Outcome<Answer>> {
  try {
    return ok(await ask())
  } catch (error) {
    if (isPassing(error)) return UNREACHABLE
    throw error
  }
}

/** Whether the store may answer otherwise another time. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return error instanceof Error
  const status = error.$metadata.httpStatusCode ?? 0
  return status === 0 || status >= 500 || status === 429
}
