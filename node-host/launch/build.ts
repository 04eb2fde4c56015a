import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build as bundle } from 'esbuild'
import { build as buildPages } from 'vite'
import { compressBelow } from './compress.ts'
import { CACHE, ROOT } from './paths.mjs'
import { hashSources } from './sources.mjs'
import { UNBUNDLED } from './unbundled.mjs'

const DIST = join(ROOT, 'dist')

/**
 * What runs by itself: the host, each of its threads where it has several, and what looks through its data. A bundle loads the packages outside it
 * before it runs any line of its own. threads.ts must come before them, so it is an entry as well: that splits it off
 * into a file which the host imports first.
 */
const HOST_ENTRIES = [
  'node-host/main.ts',
  'node-host/threads.ts',
  'node-host/connection-threads/thread.ts',
  'node-host/store/inspect.ts',
  'node-host/backup/backup-program.ts',
  'node-host/backup/restore-program.ts',
  'node-host/doctor/program.ts',
]

/** Packages written for CommonJS load Node's built-ins by a function that modules do not have. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

async function bundleHost(folder: string): Promise<void> {
  await bundle({
    absWorkingDir: ROOT,
    entryPoints: HOST_ENTRIES,
    splitting: true,
    outdir: join(folder, 'node-host'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: UNBUNDLED,
    banner: { js: REQUIRE },
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'error',
  })
}

/** The Worker for a workerd of one's own; for Cloudflare wrangler makes its own bundle. */
async function bundleWorker(folder: string): Promise<void> {
  await bundle({
    absWorkingDir: ROOT,
    entryPoints: { snug: 'workers/cloudflare/standalone.ts' },
    outdir: join(folder, 'workerd'),
    bundle: true,
    target: 'es2024',
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'error',
  })
}

/** What starts that workerd. From its sources it would take twice the memory, for as long as it runs. */
async function bundleLauncher(folder: string): Promise<void> {
  await bundle({
    absWorkingDir: ROOT,
    entryPoints: { launch: 'deploy/workerd/standalone.ts' },
    outdir: join(folder, 'workerd'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['fs-native-extensions', 'workerd'],
    banner: { js: REQUIRE },
    logLevel: 'error',
  })
}

async function bundleWeb(folder: string): Promise<void> {
  await buildPages({
    root: join(ROOT, 'web'),
    logLevel: 'error',
    build: { outDir: join(folder, 'web'), emptyOutDir: true },
  })
  compressBelow(join(folder, 'web'))
}

/** Puts the new folder where the old one was. A host that runs meanwhile goes on, and serves the new page. */
function replaceDist(folder: string): void {
  const old = `${folder}-old`
  rmSync(old, { recursive: true, force: true })
  try {
    renameSync(DIST, old)
  } catch {
    // There was none.
  }
  renameSync(folder, DIST)
  rmSync(old, { recursive: true, force: true })
}

const folder = join(CACHE, `build-${process.pid}`)
const sources = process.argv[2] ?? hashSources()
mkdirSync(folder, { recursive: true })
try {
  await Promise.all([bundleHost(folder), bundleWorker(folder), bundleLauncher(folder), bundleWeb(folder)])
  writeFileSync(join(folder, 'sources.sha256'), sources)
  replaceDist(folder)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
