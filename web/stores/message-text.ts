import { MAX_TEXT_BYTES } from '#protocol/limits.ts'
import { utf8Length } from '#protocol/text.ts'

// What the wire refuses in a text (protocol/fields.ts) and a paste may bring along.
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/** A typed text as it can be sent: whole characters, no control characters, no empty end. */
export function cleanText(typed: string): string {
  return typed.toWellFormed().replace(CONTROL_CHARACTERS, '').trimEnd()
}

/** Bytes that a message may still grow by; negative when it is too long to be sent. */
export function bytesLeft(text: string): number {
  return MAX_TEXT_BYTES - utf8Length(text)
}
