import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const SCRIPT_NAME = 'snug'

export type WorkerOptions = Omit<
  Exclude<Parameters<typeof convertV4MiniflareOptions>[0], { workers: unknown }>,
  'script'
>

/** A Worker that runs in workerd, with a folder of its own for what its objects store. */
export class Workerd {
  /** What it logged, over all restarts. */
  readonly logs: string[] = []
  readonly #options: WorkerOptions
  readonly #script: string
  readonly #folder: string
  #miniflare: Miniflare

  private constructor(options: WorkerOptions, script: string, folder: string) {
    this.#options = options
    this.#script = script
    this.#folder = folder
    this.#miniflare = this.#launch()
  }

  /** @param main the file with the Worker, from the root of the project */
  static async start(main: string, options: WorkerOptions): Promise<Workerd> {
    const folder = await mkdtemp(join(tmpdir(), 'snug-workerd-'))
    const workerd = new Workerd(options, await bundle(main), folder)
    await workerd.#miniflare.ready
    return workerd
  }

  /** Where it serves, such as http://127.0.0.1:40123 */
  async url(): Promise<string> {
    return (await this.#miniflare.ready).origin
  }

  /** Kills the process and starts another one on the same data. */
  async restart(): Promise<void> {
    await this.#miniflare.dispose()
    this.#miniflare = this.#launch()
    await this.#miniflare.ready
  }

  /** Takes an object out of memory when its timers are over, as workerd does after ten quiet seconds; sockets stay open. */
  async evict(className: string, name: string): Promise<void> {
    await this.#miniflare.unsafeEvictDurableObject(SCRIPT_NAME, className, { name, webSockets: 'hibernate' })
  }

  async dispose(): Promise<void> {
    await this.#miniflare.dispose()
    await rm(this.#folder, { recursive: true, force: true })
  }

  #launch(): Miniflare {
    return new Miniflare(
      convertV4MiniflareOptions({
        compatibilityDate: '2026-11-01',
        compatibilityFlags: ['nodejs_compat'],
        ...this.#options,
        name: SCRIPT_NAME,
        modules: true,
        script: this.#script,
        host: '127.0.0.1',
        port: 0,
        resourcePersistencePath: this.#folder,
        handleStructuredLogs: ({ message }) => this.logs.push(message),
      }),
    )
  }
}

const bundles = new Map<string, Promise<string>>()

function bundle(main: string): Promise<string> {
  const known = bundles.get(main) ?? makeBundle(main)
  bundles.set(main, known)
  return known
}

async function makeBundle(main: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [main],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}
