import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.mjs'

/**
 * What `npm start` hands to Node: its flags, and last the program, from the root of the project. Whatever else starts
 * the built host starts it so.
 *
 * @returns {{ readonly flags: readonly string[], readonly program: string }}
 */
export function startCommand() {
  /** @type {{ scripts: { start: string } }} */
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const words = scripts.start.split(' ')
  const parameters = words.slice(words.lastIndexOf('node') + 1)
  return { flags: parameters.slice(0, -1), program: join(ROOT, parameters.at(-1) ?? '') }
}
