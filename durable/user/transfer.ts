import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import type { ObjectStore, SignedPut, Verdict } from '../ports/object-store.ts'
import { contentsOf, type FileRow } from './file-rows.ts'

const NOT_WHOLE = refuse('malformed', 'this file comes in parts')
const NOT_IN_PARTS = refuse('malformed', 'this file comes whole')
const NO_SUCH_PART = refuse('malformed', 'this file has no such part')

/** Where the bytes of a file go: the whole, or the parts that are asked for, from 1 on. */
export async function signPuts(
  objects: ObjectStore,
  { key, upload, declaration }: FileRow,
  parts: readonly number[] | undefined,
): Promise<Outcome<SignedPut[]>> {
  const contents = contentsOf(declaration)
  const [whole] = contents
  if (upload === undefined) return parts || !whole ? NOT_IN_PARTS : ok([await objects.presignPut(key, whole)])
  if (!parts) return NOT_WHOLE
  const puts = parts.map((part) => {
    const content = contents[part - 1]
    return content && objects.presignPart(key, upload, part, content)
  })
  const all = puts.filter((put) => put !== undefined)
  return all.length < puts.length ? NO_SUCH_PART : ok(await Promise.all(all))
}

/** Whether what lies in the store is what was declared. */
export async function verdictOn(
  objects: ObjectStore,
  { key, copyKey, upload, declaration }: FileRow,
): Promise<Outcome<Verdict>> {
  const contents = contentsOf(declaration)
  if (contents.length === 0 || (declaration.parts && upload === undefined)) return ok('missing')
  const joined = upload === undefined ? undefined : await objects.joinParts(key, upload, contents)
  if (joined && ('refused' in joined || joined.ok !== 'equal')) return joined
  if (copyKey === undefined || !objects.copy) return joined ?? objects.verify(key, contents)
  // Some stores take parts of what they have joined.
  const copied = await objects.copy(key, copyKey)
  if ('refused' in copied) return copied
  return copied.ok ? objects.verify(copyKey, contents) : ok('missing')
}
