import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unstable_getMiniflareWorkerOptions as optionsOf } from 'wrangler'
import { ROOT, Workerd } from './workerd.ts'

/** Snug as wrangler.toml describes it, in workerd. */
export type WorkerdHost = {
  /** Such as http://127.0.0.1:40123; another one after a restart. */
  url(): Promise<string>
  /** Kills workerd and starts another one on the same data. */
  restart(): Promise<void>
  /** What it logged, line by line. */
  logs(): readonly string[]
  dispose(): Promise<void>
}

/** The secret with which the server of a test is claimed. */
export const CLAIM_SECRET = 'a-secret-that-only-tests-know'

const CONFIG = join(ROOT, 'wrangler.toml')

/** Takes an object out of memory; its sockets stay open. */
export type Evicting = { evict(className: string, name: string): Promise<void> }

/**
 * By Miniflare, in a bundle that esbuild makes.
 *
 * @param main another Worker than the one that wrangler.toml names
 */
export async function startInMiniflare(
  main?: string,
  bindings: Record<string, string> = {},
): Promise<WorkerdHost & Evicting> {
  const page = await makePage()
  const { workerOptions, main: named = '' } = optionsOf(CONFIG, undefined, {
    overrides: { assets: { directory: page } },
  })
  const { compatibilityDate, compatibilityFlags, durableObjects, assets } = workerOptions
  const options = { compatibilityDate, compatibilityFlags, durableObjects, assets }
  const workerd = await Workerd.start(main ?? named, {
    ...options,
    bindings: { ...bindings, SNUG_CLAIM_SECRET: CLAIM_SECRET },
  })
  return { ...withPage(page, workerd), evict: (className, name) => workerd.evict(className, name) }
}

/** Stands for the built web client, so that these tests need no build. */
async function makePage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'snug-page-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Snug</title>')
  await writeFile(join(folder, 'assets/app-1a2b.js'), 'document.title')
  return folder
}

function withPage(folder: string, host: Workerd): WorkerdHost {
  return {
    url: () => host.url(),
    restart: () => host.restart(),
    logs: () => host.logs,
    async dispose() {
      await host.dispose()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
