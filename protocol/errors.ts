import * as z from 'zod/mini'

/**
 * Every refusal that can be said, with whether trying the same again later can succeed.
 * A refusal is data: it travels, it is answered to the one who asked, and it changes nothing.
 */
const kinds = {
  malformed: 'permanent',
  'too-large': 'permanent',
  'unsupported-version': 'permanent',
  'out-of-turn': 'permanent',
  'not-logged-in': 'permanent',
  'insecure-connection': 'permanent',
  'wrong-credentials': 'permanent',
  'weak-password': 'permanent',
  'handle-taken': 'permanent',
  'invitation-invalid': 'permanent',
  'not-found': 'permanent',
  forbidden: 'permanent',
  'limit-reached': 'permanent',
  'not-as-declared': 'permanent',
  'not-uploaded': 'transient',
  'out-of-order': 'transient',
  'too-frequent': 'transient',
  busy: 'transient',
  retry: 'transient',
} as const

export type RefusalKind = keyof typeof kinds
const refusalKinds = Object.keys(kinds) as [RefusalKind, ...RefusalKind[]]

/** `reason` is one plain English sentence for a developer; people read the translation of `kind`. */
export const refusalSchema = z.object({
  kind: z.enum(refusalKinds),
  reason: z.string(),
  retryAfterMs: z.optional(z.int()),
})
export type Refusal = z.infer<typeof refusalSchema>

export function isTransient(kind: RefusalKind): boolean {
  return kinds[kind] === 'transient'
}

/** What a call answers: a value, or a refusal. Thrown errors mean a broken invariant, never a refusal. */
export type Outcome<Value> = { readonly ok: Value } | { readonly refused: Refusal }

export function ok<Value>(value: Value): { readonly ok: Value } {
  return { ok: value }
}

export function refuse(kind: RefusalKind, reason: string, retryAfterMs?: number): { readonly refused: Refusal } {
  return { refused: retryAfterMs === undefined ? { kind, reason } : { kind, reason, retryAfterMs } }
}

/** Why a server closes a socket. 1009 is the WebSocket standard's own; 4000-4999 are ours. */
export const closeCodes = {
  tooLarge: 1009,
  draining: 1012,
  malformed: 4000,
  silent: 4001,
  logInTimeout: 4002,
  deviceRevoked: 4003,
  tooFrequent: 4004,
  unsupportedVersion: 4005,
} as const
