import type { Env } from './env.ts'

export type Kind = 'GATEWAY' | 'USER' | 'ROOM' | 'DIRECTORY' | 'HASHER'

/**
 * The objects of one kind, where they are kept: anywhere, or in the jurisdiction that is set. Elsewhere the same name is
 * another object, so whoever sets one later begins anew.
 */
export function objects<K extends Kind>(env: Env, kind: K): Env[K] {
  const jurisdiction = String(env.SNUG_JURISDICTION ?? '').trim()
  const namespace: Env[Kind] = env[kind]
  return (jurisdiction === '' ? namespace : namespace.jurisdiction(jurisdiction as DurableObjectJurisdiction)) as Env[K]
}
