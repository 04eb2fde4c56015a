import { type Availability, isGone } from './availability.ts'

/**
 * All of a file of known length; tells how much of it has come. `not now`: the server, or the store where files lie,
 * cannot be reached, does not answer as it should, or lets no page read it. Rejects only when the signal ends it.
 */
export async function fetchBytes(
  url: string,
  length: number,
  onProgress: (received: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | Exclude<Availability, 'there'>> {
  try {
    const answer = await fetch(url, { signal })
    if (isGone(answer)) return 'gone'
    if (!answer.ok || !answer.body) return 'not now'
    const bytes = new Uint8Array(length)
    return (await fill(bytes, answer.body.getReader(), onProgress)) ? bytes : 'not now'
  } catch (error) {
    if (signal.aborted) throw error
    return 'not now'
  }
}

/** Whether it was as many as there should be. */
async function fill(
  bytes: Uint8Array,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  onProgress: (received: number) => void,
): Promise<boolean> {
  let received = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return received === bytes.length
    if (received + value.length > bytes.length) {
      void reader.cancel()
      return false
    }
    bytes.set(value, received)
    received += value.length
    onProgress(received)
  }
}
