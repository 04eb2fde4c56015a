import { type Finding, fine, warning, wrong } from './finding.ts'

const SECOND_MS = 1_000
const SOME_MS = 60 * SECOND_MS
/** S3 refuses what was signed longer ago. */
const TOO_MUCH_MS = 15 * 60 * SECOND_MS

/** This machine's clock beside that of whoever answered. */
export function clockDifference(whose: string, answer: { readonly headers: Headers }, askedAtMs: number): Finding[] {
  const theirs = Date.parse(answer.headers.get('date') ?? '')
  if (Number.isNaN(theirs)) return []
  const passed = performance.now() - askedAtMs
  const difference = Math.max(0, Math.abs(Date.now() - theirs) - passed - SECOND_MS)
  const what = `the clocks of this machine and of ${whose} differ by ${Math.round(difference / SECOND_MS)} s`
  if (difference >= TOO_MUCH_MS) return [wrong(what, 'Set both by NTP: what is signed here is refused there.')]
  if (difference >= SOME_MS)
    return [warning(what, 'Set both by NTP: at 15 minutes what is signed here is refused there.')]
  return [fine(`the clocks of this machine and of ${whose} agree`)]
}
