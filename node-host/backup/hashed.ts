import { createHash } from 'node:crypto'
import type { ObjectBytes } from '#workers/backup/write.ts'

/** The hash is that of what has gone by. */
export function hashed(bytes: number, content: ReadableStream<Uint8Array>): ObjectBytes {
  const hash = createHash('sha256')
  const body = content.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        hash.update(chunk)
        controller.enqueue(chunk)
      },
    }),
  )
  return { bytes, body, sha256: () => hash.digest('base64url') }
}
