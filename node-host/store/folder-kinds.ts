import { StartError } from '../start-error.ts'
import { damaged } from './damage.ts'
import { draftOf } from './files.ts'
import { FORMAT_FILE } from './format-file.ts'

/** A data folder of one of the hosts that run on a machine. */
export type FolderKind = {
  /** The file that says whose the folder is: written first, through a draft. */
  readonly mark: string
  /** What else is found in such a folder only: where all of it lies, or the first of several. */
  readonly part: string
  readonly isPart: (name: string) => boolean
  /** How its host is started. */
  readonly command: string
}

export const OF_NODE_HOST: FolderKind = {
  mark: FORMAT_FILE,
  part: 'partition-0',
  isPart: (name) => /^partition-\d+$/.test(name),
  command: 'npm start',
}
export const OF_WRANGLER: FolderKind = {
  mark: 'claim.env',
  part: 'state',
  isPart: (name) => name === 'state',
  command: 'npm run edge',
}
export const OF_WORKERD: FolderKind = {
  mark: 'claim.env',
  part: 'objects',
  isPart: (name) => name === 'objects',
  command: 'npm run edge:standalone',
}

export const LOCK_FILE = 'lock'
/** Where a disk of its own is mounted. */
const FILE_SYSTEMS_OWN = 'lost+found'

/**
 * A folder is ours when it has our mark and nobody else's parts, or is empty but for what an interrupted first start or a
 * file system leaves.
 */
export function assertKind(path: string, names: readonly string[], kind: FolderKind): void {
  const other = [OF_NODE_HOST, OF_WRANGLER, OF_WORKERD].find((each) => each !== kind && isOf(names, each))
  if (other) {
    const sentence = `The folder ${path} holds the data of \`${other.command}\`: start that, or give --data another folder.`
    throw new StartError(sentence)
  }
  if (names.includes(kind.mark)) return
  if (names.some(kind.isPart)) throw damaged(path, `its ${kind.mark} is missing`)
  const leftovers = new Set([LOCK_FILE, draftOf(kind.mark), FILE_SYSTEMS_OWN])
  if (names.some((name) => !leftovers.has(name)))
    throw new StartError(`The folder ${path} holds other files: give --data an empty or a new folder.`)
}

function isOf(names: readonly string[], { mark, isPart }: FolderKind): boolean {
  return names.includes(mark) && names.some(isPart)
}
