import { getSystemErrorName } from 'node:util'

const NOT_OURS = 'permission denied: start Snug as the user who owns it'
export const FULL = 'the disk is full: make room, and start again'
/** LMDB says so too where a full disk took a part of what was written. */
const FAILS = 'the disk is full, or fails: make room or replace it, and start again'

const WORDS: Readonly<Record<string, string>> = {
  EACCES: NOT_OURS,
  EPERM: NOT_OURS,
  EROFS: 'it is on a read-only file system',
  ENOSPC: FULL,
  EDQUOT: FULL,
  EIO: FAILS,
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'it is a file: give --data a folder',
  ENOENT: 'it cannot be made there',
  EISDIR: 'a folder is where a file belongs',
  ERR_FS_EISDIR: 'a folder is where a file belongs',
}

/** What the system said of a data folder, in the words of whoever runs Snug; undefined where there are none for it. */
export function systemWords(error: unknown): string | undefined {
  return WORDS[codeOf(error)]
}

/** LMDB knows errors by the system's numbers, and has numbers of its own below zero. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return 'unknown error'
  const { code } = error
  return typeof code === 'number' && code > 0 ? getSystemErrorName(-code) : String(code)
}
