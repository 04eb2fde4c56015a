import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Advice } from './advice.mjs'
import { ROOT } from './paths.mjs'
import { runAnnounced } from './run.mjs'
import { requireRuntime } from './runtime.mjs'
import { hashSources } from './sources.mjs'

/** Holds the hash of the sources that dist/ was built from. */
const STAMP = join(ROOT, 'dist', 'sources.sha256')

/** Builds dist/ unless it was built from just these sources. */
export async function ensureBuilt() {
  const sources = hashSources()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return
  const { code, errors } = await runAnnounced(
    'Building Snug',
    requireRuntime(),
    [join(ROOT, 'node-host', 'launch', 'build.ts'), sources],
    { cwd: ROOT, env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' } },
  )
  if (code !== 0) throw new Advice(`${errors.trimEnd()}\nSnug could not be built from these sources: see above.`)
}
