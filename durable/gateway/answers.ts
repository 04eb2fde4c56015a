import type { Unreadable } from '#protocol/codec.ts'
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

/**
 * To a frame that cannot be read. A message in it that is the reason is refused for good: its device would else say the
 * same frame for ever. What else was in it is lost with it.
 */
export function answersTo({ refused: refusal, re, message }: Unreadable): Down[] {
  const failed: Down = { type: 'failed', ...(re !== undefined && { re }), refusal }
  return message ? [{ type: 'refused', ...message, refusal }, failed] : [failed]
}
