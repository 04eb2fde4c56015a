import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, type Plugin } from 'vite'
import { ROOT } from '#node-host/launch/paths.mjs'
import { markSpots } from './spots.ts'

/**
 * A program of its own, since tests run as no page is built: `node tests/screens/marked-page.ts FOLDER`. Builds the page
 * so that each element says where it is written, and each class what it is called; prints all spots as JSON.
 */

const VIEWS = /\/web\/(?:views|ui)\/.*\.tsx$/
const PAGE = join(ROOT, 'web')

const spots: string[] = []

const marking: Plugin = {
  name: 'marking',
  enforce: 'pre',
  load(id) {
    if (!VIEWS.test(id)) return null
    const marked = markSpots(relative(PAGE, id), readFileSync(id, 'utf8'))
    spots.push(...marked.spots)
    return { code: marked.code, map: null }
  },
}

/** Button.module.css and `small` make Button-small. */
function nameOfClass(name: string, file: string): string {
  return `${/([\w-]+)\.module\.css/.exec(file)?.[1] ?? ''}-${name}`
}

await build({
  root: PAGE,
  logLevel: 'error',
  plugins: [marking],
  css: { modules: { generateScopedName: nameOfClass } },
  build: { outDir: process.argv[2] ?? '', emptyOutDir: true },
})
process.stdout.write(JSON.stringify(spots))
