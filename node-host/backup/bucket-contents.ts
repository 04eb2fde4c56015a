import { Readable } from 'node:stream'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import type { S3Address } from '#workers/s3-address.ts'
import { clientOf, ignoreMissing } from '../object-store/s3.ts'
import type { ObjectContents } from './contents.ts'
import { hashed } from './hashed.ts'

/** On a store of the S3 protocol. */
export function openBucket(address: S3Address): ObjectContents {
  const client = clientOf(address, address.endpoint)
  return {
    async read(key) {
      const found = await client.send(new GetObjectCommand({ Bucket: address.bucket, Key: key })).catch(ignoreMissing)
      if (!found?.Body || found.ContentLength === undefined) return undefined
      return hashed(found.ContentLength, found.Body.transformToWebStream())
    },
    async write(key, body) {
      const params = { Bucket: address.bucket, Key: key, Body: Readable.from(body) }
      await new Upload({ client, params, queueSize: 1 }).done()
    },
    close: () => client.destroy(),
  }
}
