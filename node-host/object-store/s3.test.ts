import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { objectStoreContract } from '#tests/contracts/object-store.ts'
import { SwiftServer } from '#tests/support/s3/swift-server.ts'
import { parseS3Address } from '#workers/s3-address.ts'
import { clientOf, S3Objects } from './s3.ts'

objectStoreContract('Swift', async () => {
  const server = await SwiftServer.start()
  const address = parseS3Address(server.urlOf('snug'))
  if (!address) throw new Error('no address')
  await clientOf(address, address.endpoint).send(new CreateBucketCommand({ Bucket: address.bucket }))
  const store = new S3Objects({ address, refusesOtherContent: true })
  return {
    store,
    origin: server.origin,
    async close() {
      store.close()
      await server.stop()
    },
  }
})
