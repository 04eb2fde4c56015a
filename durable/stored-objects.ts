import { objectTable } from './directory/links.ts'
import { fileTable } from './user/file-rows.ts'

/**
 * The key of the object that a row names as being there, if it names one: for whoever copies what is stored, with the
 * bytes that belong to it. What was only declared may have no object yet.
 */
export function objectNamedIn(actor: string, table: string, value: Uint8Array): string | undefined {
  if (actor.startsWith('directory:') && table === objectTable.name) return objectTable.decode(value).key
  if (!actor.startsWith('user:') || table !== fileTable.name) return undefined
  const { state, key } = fileTable.decode(value)
  return state === 'declared' ? undefined : key
}
