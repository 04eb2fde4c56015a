import { spawn } from 'node:child_process'
import { Advice } from './advice.mjs'

/** The exit code of a command that is not there. */
export const NOT_FOUND = 127

/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP']

const STILL_MS = 10_000
const PARENT = process.ppid
const PARENT_LOOKED_FOR_EVERY_MS = 200
/** npm may wait for its registry before it ends. What it leaves half done counts as not done (lockfile.mjs). */
const END_WITHIN_MS = 2_000

/**
 * Runs a command that takes a while: says what it does, every ten seconds that it still does, and how long it took.
 * Throws Advice where we are told to stop meanwhile, once the command has ended too.
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
  if (result.isStopped) throw new Advice(`${what} was stopped: start again, and it is done anew.`)
  if (result.code === 0) console.error(`${what}: done in ${seconds()}.`)
  return result
}

/**
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ code: number, errors: string, isStopped: boolean }>}
 */
function run(command, parameters, options) {
  return new Promise((resolve) => {
    let errors = ''
    const child = spawn(command, parameters, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text
    })
    const stopping = untilStopped(child)
    /** @param {number} code @param {string} told */
    const end = (code, told) => resolve({ code, errors: told, isStopped: stopping.end() })
    child.on('error', (error) => end(NOT_FOUND, error.message))
    child.on('close', (code) => end(code ?? 1, errors))
  })
}

/**
 * Ends a command when we are told to stop. npm hands a signal to its shell alone, which ends of it and leaves us: that
 * our parent is gone says the same.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {{ end(): boolean }} called when the command has ended; answers whether it was told to
 */
function untilStopped(child) {
  /** @type {NodeJS.Timeout | undefined} */
  let killing
  const stop = () => {
    child.kill('SIGTERM')
    killing ??= setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS)
  }
  const looking = setInterval(() => process.ppid === PARENT || killing || stop(), PARENT_LOOKED_FOR_EVERY_MS)
  for (const signal of SIGNALS) process.on(signal, stop)
  return {
    end() {
      for (const signal of SIGNALS) process.off(signal, stop)
      clearInterval(looking)
      clearTimeout(killing)
      return killing !== undefined
    },
  }
}
