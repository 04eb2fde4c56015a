import * as z from 'zod/mini'
import { MAX_NAME_LENGTH, MAX_PASSWORD_LENGTH, MAX_TEXT_BYTES } from './limits.ts'
import { utf8Length } from './text.ts'

/** The fields that several frames share. */

/** Pairs an answer with what was asked, within one connection. */
export const requestIdSchema = z.int().check(z.nonnegative())

/** A place in a timeline or inbox; 0 stands before the first. */
export const sequenceSchema = z.int().check(z.nonnegative())

/** The number of a message within its producer and room, from 1. */
export const ordinalSchema = z.int().check(z.positive())

export const timestampSchema = z.int().check(z.nonnegative())

export const handleSchema = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9](?:[a-z0-9_.-]{0,30}[a-z0-9])?$/,
      'a handle is 1 to 32 of a-z 0-9 . _ - and starts and ends with a letter or digit',
    ),
  )

// What shows nothing, or turns the direction of what follows, can make a name read as another.
const UNSAFE_IN_NAMES = /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029]/u
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u
// Emoji are put together with invisible joiners, and so are words in scripts that need them.
const EMOJI = /\p{RGI_Emoji}/gv
const JOINED =
  /(?<=[[\p{L}\p{M}]--\p{scx=Latin}--\p{scx=Greek}--\p{scx=Cyrillic}--\p{scx=Han}])[\u200c\u200d](?=[[\p{L}\p{M}]--\p{scx=Latin}--\p{scx=Greek}--\p{scx=Cyrillic}--\p{scx=Han}])/gv
// Marks on one letter: more than any script puts there cover what stands above and below.
const STACKED_MARKS = /\p{M}{9}/u
// Whatever is not space, without width, only there to change its neighbours, or an empty Braille cell.
const SHOWN = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u
// A text may break lines and indent.
const UNSAFE_IN_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

/** Whether a reader would see an empty place (SPEC.md, L5). */
export function showsNothing(text: string): boolean {
  return !SHOWN.test(text)
}

/** What can be wrong with a line of people, as the reason says it. */
export const lineFaults = { hidden: 'invisible characters', stacked: 'too many marks on one letter' } as const

/** One line that people read, and that reads as nothing else. */
export function lineSchema(length: number) {
  return z.string().check(
    // What is too long is looked at no further: 64 KiB of it would take the better part of a second.
    z.maxLength(length, { abort: true }),
    z.refine((line) => VISIBLE.test(line), 'empty'),
    z.refine((line) => line.isWellFormed() && !UNSAFE_IN_NAMES.test(withoutJoiners(line)), lineFaults.hidden),
  )
}

/** Whether every letter can be told from its neighbours. */
export const unstacked = z.refine<string>((line) => !STACKED_MARKS.test(line), lineFaults.stacked)

export const nameSchema = lineSchema(MAX_NAME_LENGTH)

/** A name that somebody chooses now. One that was chosen under earlier rules stays readable. */
export const newNameSchema = nameSchema.check(
  unstacked,
  z.refine((name) => name.trim() === '' || !showsNothing(name), lineFaults.hidden),
)

function withoutJoiners(name: string): string {
  return name.replace(EMOJI, '').replace(JOINED, '')
}

export const passwordSchema = z.string().check(
  z.maxLength(MAX_PASSWORD_LENGTH),
  z.refine((password) => password.isWellFormed(), 'not Unicode'),
)

export const textSchema = z.string().check(
  // What is too long is looked at no further.
  z.refine((text) => text.length <= MAX_TEXT_BYTES && utf8Length(text) <= MAX_TEXT_BYTES, {
    error: `over ${MAX_TEXT_BYTES} bytes`,
    abort: true,
  }),
  z.refine((text) => !showsNothing(text), 'empty'),
  z.refine((text) => text.isWellFormed() && !UNSAFE_IN_TEXT.test(text), 'control characters'),
  unstacked,
)

/** `user.device.secret`; the secret is 256 random bits, stored only as a hash. */
export const tokenSchema = z
  .string()
  .check(z.regex(/^u_[A-Za-z0-9_-]{22}\.v_[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/, 'not a token'))

/** 128 random bits; the only way into an invite-only server. */
export const invitationCodeSchema = z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/, 'not an invitation'))

export const accountRoleSchema = z.enum(['owner', 'member'])
export type AccountRole = z.infer<typeof accountRoleSchema>

export const memberRoleSchema = z.enum(['owner', 'member'])
