import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, type Plugin } from 'vite'
import { CACHE, ROOT } from '#node-host/launch/paths.mjs'
import { markSpots } from './spots.ts'

const VIEWS = /\/web\/(?:views|ui)\/.*\.tsx$/

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

async function buildPage(outDir: string): Promise<string[]> {
  const spots: string[] = []
  await build({
    root: join(ROOT, 'web'),
    logLevel: 'error',
    plugins: [marking((found) => spots.push(...found))],
    css: { modules: { generateScopedName: nameOfClass } },
    build: { outDir, emptyOutDir: true },
  })
  return spots
}

function marking(found: (spots: readonly string[]) => void): Plugin {
  return {
    name: 'marking',
    enforce: 'pre',
    load(id) {
      if (!VIEWS.test(id)) return null
      const { code, spots } = markSpots(relative(join(ROOT, 'web'), id), readFileSync(id, 'utf8'))
      found(spots)
      return { code, map: null }
    },
  }
}

/** Button.module.css and `small` make Button-small. */
function nameOfClass(name: string, file: string): string {
  return `${/([\w-]+)\.module\.css/.exec(file)?.[1] ?? ''}-${name}`
}
