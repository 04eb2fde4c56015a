import { CreateBucketCommand } from '@aws-sdk/client-s3'
import type { ObjectStore } from '#durable/ports/object-store.ts'
import { clientOf } from '#node-host/object-store/s3.ts'
import { objectStoreContract } from '#tests/contracts/object-store.ts'
import { SwiftServer } from '#tests/support/s3/swift-server.ts'
import { Workerd } from '#tests/support/workerd.ts'
import { parseS3Address } from '#workers/s3-address.ts'

/** The adapter as it runs in workerd. */
function remote(url: string): ObjectStore {
  const ask =
    (method: keyof ObjectStore) =>
    async (...args: unknown[]) => {
      const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ method, args }) })
      return JSON.parse(await answer.text())
    }
  return {
    presignPut: ask('presignPut'),
    presignGet: ask('presignGet'),
    verify: ask('verify'),
    delete: ask('delete'),
    beginParts: ask('beginParts'),
    presignPart: ask('presignPart'),
    joinParts: ask('joinParts'),
    dropParts: ask('dropParts'),
  }
}

objectStoreContract('Swift, from workerd', async () => {
  const server = await SwiftServer.start()
  const url = server.urlOf('snug')
  const address = parseS3Address(url)
  if (!address) throw new Error('no address')
  await clientOf(address, address.endpoint).send(new CreateBucketCommand({ Bucket: address.bucket }))
  const workerd = await Workerd.start('tests/support/workerd/objects-worker.ts', { bindings: { SNUG_S3_URL: url } })
  return {
    store: remote(await workerd.url()),
    origin: server.origin,
    async close() {
      await workerd.dispose()
      await server.stop()
    },
  }
})
