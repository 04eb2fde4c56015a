import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { CACHE, ROOT } from '#node-host/launch/paths.mjs'

/** A copy of the built host whose page is marked: what is seen on it can be told apart by where it is written. */
export class MarkedHost {
  /** Below the root of the project. */
  readonly program: string
  readonly spots: readonly string[]
  readonly #folder: string

  private constructor(folder: string, spots: readonly string[]) {
    this.#folder = folder
    this.program = relative(ROOT, join(folder, 'node-host/main.js'))
    this.spots = spots
  }

  /** Inside the project, where the host finds its packages. */
  static async build(): Promise<MarkedHost> {
    mkdirSync(CACHE, { recursive: true })
    const folder = mkdtempSync(join(CACHE, 'marked-host-'))
    cpSync(join(ROOT, 'dist/node-host'), join(folder, 'node-host'), { recursive: true })
    return new MarkedHost(folder, await buildPage(join(folder, 'web')))
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function buildPage(folder: string): Promise<string[]> {
  const program = join(import.meta.dirname, 'marked-page.ts')
  const env = { ...process.env, NODE_ENV: 'production' }
  const { stdout } = await promisify(execFile)(process.execPath, [program, folder], { env, maxBuffer: 2 ** 24 })
  return JSON.parse(stdout)
}
