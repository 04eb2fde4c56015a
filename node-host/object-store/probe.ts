import { createHash, randomBytes } from 'node:crypto'
import { CreateBucketCommand, HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3'
import type { S3Address } from '#workers/s3-address.ts'
import { clock } from '../clock.ts'
import { NotAnswering, StartError } from '../start-error.ts'
import { clientOf, ignoreMissing, isPassing, S3Objects } from './s3.ts'

const RIGHT = 'a'
const WRONG = 'b'

/** What a store does with an upload that is not what was declared. */
export type Conduct = { readonly refusesOtherContent: boolean }

export type ProbeOptions = {
  /** Where there is none. */
  readonly makesBucket: boolean
}

/** What the store would say again. */
class Refused extends Error {}

const ANSWER_WITHIN_MS = 15_000
const TOO_MANY_REQUESTS = 429

/**
 * Finds out by two uploads, of which nothing stays. Throws a StartError that says why the store cannot be used.
 */
export async function probe(
  address: S3Address,
  { makesBucket }: ProbeOptions = { makesBucket: true },
): Promise<Conduct> {
  const client = clientOf(address, address.endpoint)
  const store = new S3Objects({ address, refusesOtherContent: false, clock })
  try {
    await openBucket(client, address.bucket, makesBucket)
    const key = `probe-${randomBytes(16).toString('base64url')}`
    const sha256 = createHash('sha256').update(RIGHT).digest('base64url')
    const { url, headers } = await store.presignPut(key, { bytes: RIGHT.length, sha256 })
    const put = (body: string) => answerTo(url, { method: 'PUT', headers, body })
    const wrong = await put(WRONG)
    const right = await put(RIGHT)
    if (!right.ok) throw new Refused(await wordsOf(right))
    await store.delete(key)
    return { refusesOtherContent: !wrong.ok }
  } catch (error) {
    const { endpoint, bucket } = address
    const why = error instanceof Error ? (error.message === '' ? error.name : error.message) : String(error)
    const Failure = isPassing(error) && !(error instanceof Refused) ? NotAnswering : StartError
    throw new Failure(`The bucket ${bucket} at ${endpoint} cannot be used: ${why}.`, { cause: error })
  } finally {
    client.destroy()
    store.close()
  }
}

async function openBucket(client: S3Client, bucket: string, makes: boolean): Promise<void> {
  const there = await client.send(new HeadBucketCommand({ Bucket: bucket })).catch(ignoreMissing)
  if (!there && !makes) throw new Refused('there is no such bucket')
  if (!there) await client.send(new CreateBucketCommand({ Bucket: bucket }))
}

/** Throws where the store, or what stands before it, says nothing about what was sent. */
async function answerTo(url: string, request: RequestInit): Promise<Response> {
  const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
  if (answer.status >= 500 || answer.status === TOO_MANY_REQUESTS) throw new Error(await wordsOf(answer))
  return answer
}

async function wordsOf(answer: Response): Promise<string> {
  return `${answer.status} ${codeIn(await answer.text())}`.trim()
}

/** Stores of the S3 protocol say in XML what is wrong. */
function codeIn(xml: string): string {
  return /<Code>(\w+)<\/Code>/.exec(xml)?.[1] ?? ''
}
