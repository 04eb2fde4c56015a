import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { HeadBucketCommand } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { type Lack, objectStoreContract } from '#tests/contracts/object-store.ts'
import { TestClock } from '#tests/contracts/objects/host.ts'
import { type Bucket, openBucket, SERVER_NAME } from '#tests/support/s3/bucket.ts'
import { openR2, R2_LACKS } from '#tests/support/s3/r2.ts'
import { clientOf, S3Objects } from './s3.ts'

describeOn(SERVER_NAME, openBucket)
describeOn('R2, as it is without Cloudflare', openR2, R2_LACKS)

function describeOn(name: string, open: () => Promise<Bucket>, lacks?: ReadonlySet<Lack>): void {
  objectStoreContract(
    name,
    async () => {
      const bucket = await open()
      const time = new TestClock()
      const store = new S3Objects({ ...bucket, clock: time })
      return {
        ...bucket,
        store,
        time,
        async close() {
          store.close()
          await bucket.close()
        },
      }
    },
    lacks,
  )
}

test('a store that takes a request and never answers is given up', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
  const address = { endpoint, bucket: 'snug', region: 'us-east-1', key: 'k', secret: 's' }
  const client = clientOf(address, endpoint, { maxAttempts: 1, answerWithinMs: 50 })
  await expect(client.send(new HeadBucketCommand({ Bucket: 'snug' }))).rejects.toThrow()
  client.destroy()
  silent.close()
})
