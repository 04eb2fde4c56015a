import type { ObjectStore } from '#durable/ports/object-store.ts'
import { objectStoreContract } from '#tests/contracts/object-store.ts'
import { openBucket, SERVER_NAME } from '#tests/support/s3/bucket.ts'
import { Workerd } from '#tests/support/workerd.ts'

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

objectStoreContract(`${SERVER_NAME}, from workerd`, async () => {
  const bucket = await openBucket()
  const bindings = { SNUG_S3_URL: bucket.url }
  const workerd = await Workerd.start('tests/support/workerd/objects-worker.ts', { bindings })
  return {
    store: remote(await workerd.url()),
    origin: bucket.origin,
    async close() {
      await workerd.dispose()
      await bucket.close()
    },
  }
})
