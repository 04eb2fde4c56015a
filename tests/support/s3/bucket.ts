import { probe } from '#node-host/object-store/probe.ts'
import { parseS3Address, type S3Address } from '#workers/s3-address.ts'
import { SwiftServer } from './swift-server.ts'

/** Of whoever has a server of their own, in the form of `--s3-url`. */
const GIVEN = process.env.SNUG_S3_URL

/** A bucket of a real S3 server, taken as a host takes it at its start. */
export type Bucket = {
  /** As `--s3-url` takes it. */
  readonly url: string
  readonly address: S3Address
  readonly origin: string
  readonly refusesOtherContent: boolean
  close(): Promise<void>
}

/** For the titles of tests. */
export const SERVER_NAME = GIVEN === undefined ? 'Swift' : 'the server of SNUG_S3_URL'

/** On the server of SNUG_S3_URL, or on a Swift of its own. */
export async function openBucket(): Promise<Bucket> {
  const swift = GIVEN === undefined ? await SwiftServer.start() : undefined
  return bucketAt(GIVEN ?? swift?.urlOf('snug') ?? '', async () => swift?.stop())
}

/** `close` ends its server, if that is the test's own. */
export async function bucketAt(url: string, close: () => Promise<void>): Promise<Bucket> {
  const address = parseS3Address(url)
  if (!address) throw new Error('an S3 server is named by http://KEY:SECRET@host:port/bucket')
  return { url, address, origin: new URL(address.endpoint).origin, ...(await probe(address)), close }
}
