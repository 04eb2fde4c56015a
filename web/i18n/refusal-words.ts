import type { Refusal, RefusalKind } from '#protocol/errors.ts'
import type { Dates } from './dates.ts'
import type { Messages } from './messages.ts'

/** What happened and what to do about it. `here` says it better for the place where it is shown. */
export function refusalWords(
  refusal: Refusal,
  t: Messages,
  dates: Dates,
  here: Partial<Record<RefusalKind, string>> = {},
): string {
  const words = here[refusal.kind] ?? t.refusals[refusal.kind]
  if (refusal.retryAfterMs === undefined) return words
  return `${words}${t.space}${t.refusals.waitFor(dates.duration(refusal.retryAfterMs))}`
}
