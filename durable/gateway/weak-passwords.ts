import { MIN_PASSWORD_LENGTH } from '#protocol/limits.ts'
import { COMMON_PASSWORDS } from './common-passwords.ts'

const common = new Set(COMMON_PASSWORDS.split(' '))

/** Why a password is among the first that would be guessed; undefined where it is not. */
export function weaknessOf(password: string, handle: string): string | undefined {
  const lower = password.toLowerCase()
  if (password.length < MIN_PASSWORD_LENGTH) return `at least ${MIN_PASSWORD_LENGTH} characters`
  if (lower === handle) return 'not the handle'
  if (new Set(lower).size === 1) return 'more than one character, repeated'
  return common.has(lower) ? 'one of the commonest passwords' : undefined
}
