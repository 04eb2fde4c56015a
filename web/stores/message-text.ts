import { showsNothing } from '#protocol/fields.ts'
import { MAX_TEXT_BYTES } from '#protocol/limits.ts'
import { utf8Length } from '#protocol/text.ts'

// What the wire refuses in a text (protocol/fields.ts) and a paste may bring along.
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

const TOO_MANY_MARKS = /(\p{M}{8})\p{M}+/gu

/** A typed text as it can be sent: whole characters, no control characters, few marks on each letter, no empty end. */
export function cleanText(typed: string): string {
  if (showsNothing(typed)) return ''
  return typed.toWellFormed().replace(CONTROL_CHARACTERS, '').replace(TOO_MANY_MARKS, '$1').trimEnd()
}

/** From here on the room that is left is told. */
const TELL_BELOW_BYTES = 1_000

export type Fit =
  | { readonly fits: true; readonly charactersLeft?: number }
  | { readonly fits: false; readonly charactersOver: number }

/** Whether a message is short enough to be sent. The limit is in bytes: counts are of characters like those of the text. */
export function fitOf(text: string): Fit {
  const bytes = utf8Length(text)
  const left = MAX_TEXT_BYTES - bytes
  if (left >= TELL_BELOW_BYTES) return { fits: true }
  const bytesEach = bytes / [...text].length
  if (left >= 0) return { fits: true, charactersLeft: rounded(left / bytesEach, Math.floor) }
  return { fits: false, charactersOver: rounded(-left / bytesEach, Math.ceil) }
}

/** Two digits are enough for what is only about so many. */
function rounded(count: number, round: (value: number) => number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1)
  return round(count / step) * step
}
