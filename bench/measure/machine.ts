import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CoreMap, cores } from './cores.ts'
import { median, percentile } from './statistics.ts'

export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly pinned: CoreMap
  readonly node: string
  /** A fixed piece of work; figures of two machines compare as this does. */
  readonly calibration_ms: number
  readonly fdatasync_p50_ms: number
  readonly fdatasync_p99_ms: number
}

const REPEATS = 7
const SYNCS = 200

/** What the figures depend on besides the servers. */
export function describeMachine(): Machine {
  const syncs = timeSyncs()
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    pinned: cores,
    node: process.version,
    calibration_ms: calibrate(),
    fdatasync_p50_ms: percentile(syncs, 50),
    fdatasync_p99_ms: percentile(syncs, 99),
  }
}

/** What a server does all day: JSON there and back. */
function calibrate(): number {
  const message = { type: 'send', room: 'g'.repeat(24), n: 1, text: 'x'.repeat(100), at: 1_700_000_000_000 }
  const times = Array.from({ length: REPEATS }, () => {
    const start = performance.now()
    for (let i = 0; i < 50_000; i++) JSON.parse(JSON.stringify({ ...message, n: i }))
    return performance.now() - start
  })
  return median(times)
}

/** Appends of 200 bytes, each with its sync, where the servers keep their data. */
function timeSyncs(): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'snug-bench-'))
  const file = openSync(join(folder, 'log'), 'a')
  const record = Buffer.alloc(200, 'x')
  const times = Array.from({ length: SYNCS }, () => {
    const start = performance.now()
    writeSync(file, record)
    fdatasyncSync(file)
    return performance.now() - start
  })
  closeSync(file)
  rmSync(folder, { recursive: true })
  return times
}
