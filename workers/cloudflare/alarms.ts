import { RETRY_AFTER_MS } from '#durable/actor.ts'
import type { Clock } from '#durable/ports/clock.ts'

/**
 * Wakes an actor whose alarm rings. workerd forgets an alarm that has rung, and gives up on one that fails a few times.
 * So a later one is set first: the commits of the waking replace it, and where there are none it rings again.
 */
export async function ring(
  disk: Pick<DurableObjectStorage, 'setAlarm' | 'sync'>,
  clock: Clock,
  wake: () => Promise<void>,
): Promise<void> {
  await disk.setAlarm(clock.now() + RETRY_AFTER_MS)
  await disk.sync()
  await wake()
}
