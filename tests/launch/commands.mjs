import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What the tests drive, the lightest first: it is the same engine without windows. */
export const BROWSERS = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']

/**
 * The path of the first of these commands that is in PATH.
 *
 * @param {readonly string[]} names
 */
export function findCommand(names) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
