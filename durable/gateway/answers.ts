import type { Down } from '#protocol/down.ts'
import type { Refusal } from '#protocol/errors.ts'
import type { Up } from '#protocol/up.ts'

/** How an event is refused: a message of an outbox by its number, a request by its id. */
export function refusalOf(event: Up, refusal: Refusal): Down {
  if (event.type === 'send' || event.type === 'skip') {
    const { room, producer, n } = event
    return { type: 'refused', room, producer, n, refusal }
  }
  return { type: 'failed', ...('id' in event && { re: event.id }), refusal }
}
