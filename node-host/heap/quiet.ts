/** A quiet host makes less than this between two looks, and works less. A busy heap goes up and down: one is not enough. */
const QUIET_BYTES = 1024 * 1024
const QUIET_SHARE = 0.1

/** Tells whether the host has been quiet since it was asked last. `workedShare`: of the time since then, 0 to 1. */
export function quietWatch(
  workedShare: () => number = sinceLastAsked(),
): (heap: { readonly used_heap_size: number }) => boolean {
  let usedBytes = 0
  return ({ used_heap_size }) => {
    const madeBytes = Math.abs(used_heap_size - usedBytes)
    usedBytes = used_heap_size
    return workedShare() < QUIET_SHARE && madeBytes < QUIET_BYTES
  }
}

function sinceLastAsked(): () => number {
  let load = performance.eventLoopUtilization()
  return () => {
    const { utilization } = performance.eventLoopUtilization(load)
    load = performance.eventLoopUtilization()
    return utilization
  }
}
