import { MIN_PASSWORD_LENGTH } from '#protocol/limits.ts'

export type Strength =
  | { readonly level: 'short'; readonly missing: number }
  | { readonly level: 'weak' | 'fair' | 'strong' }

const FAIR_LENGTH = 10
const STRONG_LENGTH = 14
/** Fewer different characters than this and length hardly helps. */
const FEW_CHARACTERS = 5
/** password123 and Sunshine2024!: what is guessed first after the commonest. */
const WORD_AND_DIGITS = /^\p{L}+\d{1,4}[!?.]?$/u

/** A hint while typing, mostly by length. Whether a password is too common to be taken is the server's to say. */
export function passwordStrength(password: string): Strength {
  const characters = [...password]
  const missing = MIN_PASSWORD_LENGTH - characters.length
  if (missing > 0) return { level: 'short', missing }
  if (new Set(characters).size < FEW_CHARACTERS || isRun(characters)) return { level: 'weak' }
  if (characters.length >= STRONG_LENGTH) return { level: 'strong' }
  if (WORD_AND_DIGITS.test(password)) return { level: 'weak' }
  return { level: characters.length >= FAIR_LENGTH ? 'fair' : 'weak' }
}

/** 12345678 and abcdefgh. */
function isRun(characters: readonly string[]): boolean {
  const steps = characters.slice(1).map((character, i) => code(character) - code(characters[i]))
  return steps.every((step) => step === steps[0])
}

function code(character = ''): number {
  return character.codePointAt(0) ?? 0
}
