import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Advice } from './advice.mjs'
import { PACKAGE_COMMANDS } from './paths.mjs'

const OLDEST_NODE = 24

/** The Node that runs Snug: the one that npm installed beside it, else this one if it is new enough. */
function runtime() {
  const installed = join(PACKAGE_COMMANDS, 'node')
  if (existsSync(installed)) return installed
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) return process.execPath
  return undefined
}

export function hasRuntime() {
  return runtime() !== undefined
}

/** @returns {string} its path, or advice where this machine has none */
export function requireRuntime() {
  const found = runtime()
  if (found) return found
  throw new Advice(
    `Snug runs on Node ${OLDEST_NODE}; npm brings it only to Linux on x64 and arm64, and this is Node ` +
      `${process.versions.node} on ${process.platform} ${process.arch}: install Node ${OLDEST_NODE} or newer and start again.`,
  )
}
