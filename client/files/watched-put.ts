import type { Clock } from '../ports/clock.ts'
import type { Bytes, Sending, Transfer } from '../ports/transfer.ts'
import type { AnswerOf } from '../requests.ts'

/** So long nothing gets on: a store that does not run any more, on a machine that still takes connections for it. */
const SILENCE_MS = 30_000
/**
 * That the last byte has gone means only that this device has none left. Some are still on their way, something in
 * between may take in all of them before it passes on the first, and a store reads them through before it answers.
 */
const SLOW_BYTES_PER_MS = 256

export type Put = AnswerOf<'puts'>['puts'][number]

type Listeners = {
  progress(sent: number): void
  /** It is given up, as if the connection were lost. */
  silent(): void
}

/** A PUT that does not wait for ever. */
export function watchedPut(
  { transfer, clock }: { readonly transfer: Transfer; readonly clock: Clock },
  { url, headers }: Put,
  bytes: Bytes,
  { progress, silent }: Listeners,
): Sending {
  let furthest = -1
  let stopWatch = () => {}
  const sending = transfer.put(url, headers, bytes, (sent) => {
    if (sent > furthest) {
      furthest = sent
      stopWatch()
      stopWatch = clock.after(patienceMs(sent, bytes.size), () => {
        silent()
        sending.cancel()
      })
    }
    progress(sent)
  })
  return { done: sending.done.finally(() => stopWatch()), cancel: () => sending.cancel() }
}

function patienceMs(sent: number, size: number): number {
  return SILENCE_MS + (sent < size ? 0 : size / SLOW_BYTES_PER_MS)
}
