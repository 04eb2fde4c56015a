import { APART } from '#workers/backup/rows-protocol.ts'
import type { ActorObject } from './actor-object.ts'
import type { Env } from './env.ts'
import { objects } from './namespaces.ts'

const KINDS = { user: 'USER', room: 'ROOM', directory: 'DIRECTORY' } as const

/** What an object has for whoever reads or writes its rows beside the actor. */
type Rows = Pick<ActorObject, 'tables' | 'page' | 'commitRows'>

/** The object of an actor, such as `room:g_...`. */
export function objectOf(env: Env, actor: string): Rows {
  const end = actor.indexOf(':')
  const kind = KINDS[actor.slice(0, end) as keyof typeof KINDS]
  const namespace: { getByName(name: string): unknown } = objects(env, kind)
  // What crosses to an object is copied; its types would not say so.
  return namespace.getByName(actor.slice(end + 1)) as Rows
}

/** With a half of a restore nobody is to work. */
export async function isHalfRestored(env: Env): Promise<boolean> {
  return (await objectOf(env, APART).tables()).length > 0
}
