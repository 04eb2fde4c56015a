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

/** What a connection says where no way leads to other machines, as on an internal network of containers. */
const NO_WAY_OUT: readonly unknown[] = ['EAI_AGAIN', 'ENETUNREACH']

/** What did not answer is wrong, unless nothing could have answered here: that says nothing of it. */
export function unanswered(error: unknown, what: string, advice: string): Finding {
  const cause = causeOf(error)
  const isCutOff = cause instanceof Error && 'code' in cause && NO_WAY_OUT.includes(cause.code)
  if (!isCutOff) return wrong(`${what} (${reasonOf(error)})`, advice)
  return unknown(
    `nothing leads out from here (${reasonOf(error)})`,
    'Look from another machine, with --url: docs/operating.md.',
  )
}

export function reasonOf(error: unknown): string {
  const cause = causeOf(error)
  if (!(cause instanceof Error)) return String(cause)
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error
}
