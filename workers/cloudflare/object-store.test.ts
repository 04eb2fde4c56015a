import type { ObjectStore } from '#durable/ports/object-store.ts'
import { type Lack, objectStoreContract } from '#tests/contracts/object-store.ts'
import { TestClock } from '#tests/contracts/objects/host.ts'
import { type Bucket, openBucket, SERVER_NAME } from '#tests/support/s3/bucket.ts'
import { openR2, R2_LACKS } from '#tests/support/s3/r2.ts'
import { Workerd } from '#tests/support/workerd.ts'

/** The adapter as it runs in workerd. */
function remote(url: string, { refusesOtherContent }: Bucket, time: TestClock): ObjectStore {
  const ask =
    (method: keyof ObjectStore) =>
    async (...args: unknown[]) => {
      const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ method, args, aheadMs: time.aheadMs }) })
      return JSON.parse(await answer.text())
    }
  return {
    presignPut: ask('presignPut'),
    presignGet: ask('presignGet'),
    verify: ask('verify'),
    delete: ask('delete'),
    copy: refusesOtherContent ? undefined : ask('copy'),
    beginParts: ask('beginParts'),
    presignPart: ask('presignPart'),
    joinParts: ask('joinParts'),
    dropParts: ask('dropParts'),
  }
}

describeOn(SERVER_NAME, openBucket)
describeOn('R2, as it is without Cloudflare', openR2, R2_LACKS)

function describeOn(name: string, open: () => Promise<Bucket>, lacks?: ReadonlySet<Lack>): void {
  objectStoreContract(
    `${name}, from workerd`,
    async () => {
      const bucket = await open()
      const time = new TestClock()
      const bindings = { SNUG_S3_URL: bucket.url, SNUG_S3_REFUSES_OTHER_CONTENT: String(bucket.refusesOtherContent) }
      const workerd = await Workerd.start('tests/support/workerd/objects-worker.ts', { bindings })
      return {
        ...bucket,
        time,
        store: remote(await workerd.url(), bucket, time),
        async close() {
          await workerd.dispose()
          await bucket.close()
        },
      }
    },
    lacks,
  )
}
