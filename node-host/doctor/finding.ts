import type { Settings } from '../settings-schema.ts'

/** `unknown`: it was not looked at, for a reason that is told. */
export type Mark = 'fine' | 'warning' | 'wrong' | 'unknown'

/** What was looked at, and for whatever is not fine one sentence that says what to mend. */
export type Finding = { readonly mark: Mark; readonly what: string; readonly advice?: string }

export type Patient = {
  readonly settings: Settings
  /** Where people open it, such as https://chat.example.org. */
  readonly url: string | undefined
}

/** Looks at one thing around a Snug, and changes nothing. */
export type Check = { readonly name: string; run(patient: Patient): Promise<Finding[]> }

export function fine(what: string): Finding {
  return { mark: 'fine', what }
}

export function warning(what: string, advice: string): Finding {
  return { mark: 'warning', what, advice }
}

export function wrong(what: string, advice: string): Finding {
  return { mark: 'wrong', what, advice }
}

export function unknown(what: string, advice: string): Finding {
  return { mark: 'unknown', what, advice }
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? error.cause : error
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message
}
