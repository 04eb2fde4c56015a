import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const COLLECT_EVERY_BYTES = 4 * 1024 * 1024

let bytes = 0
let collectYoung: (() => void) | undefined

/**
 * Says that so many bytes of a file pass through this process. Each read is a buffer outside of V8's heap, and V8 begins to
 * collect when 64 MiB of them have come: a large file takes that, whatever the host needs itself. Most die at once, so the
 * young generation is collected now and then, which takes a millisecond.
 */
export function passing(count: number): void {
  bytes += count
  if (bytes < COLLECT_EVERY_BYTES) return
  bytes = 0
  collectYoung ??= collector()
  collectYoung()
}

/** V8 has it for whoever asks with a flag, which may come late. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  return () => collect({ type: 'minor' })
}
