import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { StartError } from '../start-error.ts'
import { damaged } from './damage.ts'
import { writeWhole } from './files.ts'

/** Says in which form the data of a folder is, whatever host it is of. */
export const FORMAT_FILE = 'format.json'

export const formatSchema = z.object({ format: z.int() })
type Format = z.infer<typeof formatSchema>

/** Undefined where there is none. Throws a StartError where it cannot be read, or is newer than `newest`. */
export async function readFormat<Found extends Format>(
  path: string,
  schema: z.ZodMiniType<Found>,
  newest: number,
): Promise<Found | undefined> {
  const text = await readFile(join(path, FORMAT_FILE), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const found = z.safeParse(schema, parseJson(text))
  if (!found.success) throw damaged(path, `its ${FORMAT_FILE} cannot be read`)
  if (found.data.format > newest) {
    throw new StartError(`The data folder ${path} was written by a newer Snug: start that version, or a later one.`)
  }
  return found.data
}

export async function writeFormat<Found extends Format>(path: string, format: Found): Promise<void> {
  await writeWhole(join(path, FORMAT_FILE), `${JSON.stringify(format)}\n`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
