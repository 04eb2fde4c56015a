import { StartError } from '../start-error.ts'

/** Something in a data folder is not as Snug has left it: the message says which file of it, and what is wrong with it. */
export class Damage extends Error {}

/** What LMDB says of trees that are not as it has left them; what a full or failing disk does has other words. */
const LMDB_WORDS = /^MDB_(PAGE_NOTFOUND|CORRUPTED|PANIC|BAD_TXN|INVALID)/

export function isOfDamagedTrees(error: unknown): boolean {
  return error instanceof Error && LMDB_WORDS.test(error.message)
}

/** Damage in the words for whoever runs Snug; any other error as it is. */
export function inFolder<Other>(folder: string, error: Other): Other | StartError {
  return error instanceof Damage ? damaged(folder, error.message, error) : error
}

/** What whoever runs Snug is told. */
export function damaged(folder: string, what: string, cause?: unknown): StartError {
  const sentence = `The data folder ${folder} is damaged: ${what}. Put back a copy of the whole folder from before.`
  return new StartError(sentence, { cause })
}

/** Of a file that belongs to another place. */
export const ELSEWHERE = 'is of another partition, or of another folder'
