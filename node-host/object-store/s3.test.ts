import { objectStoreContract } from '#tests/contracts/object-store.ts'
import { openBucket, SERVER_NAME } from '#tests/support/s3/bucket.ts'
import { S3Objects } from './s3.ts'

objectStoreContract(SERVER_NAME, async () => {
  const bucket = await openBucket()
  const store = new S3Objects(bucket)
  return {
    store,
    origin: bucket.origin,
    async close() {
      store.close()
      await bucket.close()
    },
  }
})
