import { randomBytes } from 'node:crypto'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import type { Lack } from '#tests/contracts/object-store.ts'
import { type Bucket, bucketAt } from './bucket.ts'

const BUCKET = 'snug'
/** Where miniflare serves the S3 protocol of its R2. */
const PATH = '/cdn-cgi/local/r2/s3'

/** Cloudflare's own has both. */
export const R2_LACKS: ReadonlySet<Lack> = new Set(['parts', 'headers of downloads'])

/** A bucket of R2, as workerd serves it on one machine. */
export async function openR2(): Promise<Bucket> {
  const s3Credentials = { accessKeyId: 'tester', secretAccessKey: randomBytes(16).toString('hex') }
  const script = 'export default { fetch: () => new Response() }'
  const options = { modules: true, script, r2Buckets: { FILES: { id: BUCKET, s3Credentials } } } as const
  const miniflare = new Miniflare(convertV4MiniflareOptions(options))
  const { host } = await miniflare.ready
  const url = `http://${s3Credentials.accessKeyId}:${s3Credentials.secretAccessKey}@${host}${PATH}/${BUCKET}`
  return bucketAt(url, () => miniflare.dispose())
}
