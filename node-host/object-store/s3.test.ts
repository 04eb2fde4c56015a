import { type Lack, objectStoreContract } from '#tests/contracts/object-store.ts'
import { TestClock } from '#tests/contracts/objects/host.ts'
import { type Bucket, openBucket, SERVER_NAME } from '#tests/support/s3/bucket.ts'
import { openR2, R2_LACKS } from '#tests/support/s3/r2.ts'
import { S3Objects } from './s3.ts'

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
