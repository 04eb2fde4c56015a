import { spawn } from 'node:child_process'

/** The exit code of a command that is not there. */
export const NOT_FOUND = 127

const STILL_MS = 10_000

/**
 * Runs a command that takes a while: says what it does, every ten seconds that it still does, and how long it took.
 *
 * @param {string} what such as "Installing the packages"
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ code: number, errors: string }>}
 */
export async function runAnnounced(what, command, parameters, options) {
  const since = Date.now()
  const seconds = () => `${((Date.now() - since) / 1000).toFixed(1)} s`
  console.error(`${what} ...`)
  const still = setInterval(() => console.error(`${what} ... ${seconds()}`), STILL_MS)
  const result = await run(command, parameters, options).finally(() => clearInterval(still))
  if (result.code === 0) console.error(`${what}: done in ${seconds()}.`)
  return result
}

/**
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ code: number, errors: string }>}
 */
function run(command, parameters, options) {
  return new Promise((resolve) => {
    let errors = ''
    const child = spawn(command, parameters, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text
    })
    child.on('error', (error) => resolve({ code: NOT_FOUND, errors: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, errors }))
  })
}
