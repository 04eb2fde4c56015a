// A check of `npm run check`: how much JavaScript the browser must load before the first screen.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Advice, launch } from '../../node-host/launch/advice.mjs'
import { ensureBuilt } from '../../node-host/launch/built.mjs'
import { ROOT } from '../../node-host/launch/paths.mjs'

const LIMIT_KIB = 200
const KIB = 1024
const PAGES = join(ROOT, 'dist', 'web')

await launch(async () => {
  await ensureBuilt()
  const scripts = initialScripts(readFileSync(join(PAGES, 'index.html'), 'utf8'))
  if (scripts.length === 0) throw new Advice('dist/web/index.html loads no script: the page-size check sees nothing.')
  const size = scripts.reduce((total, path) => total + gzipSync(readFileSync(join(PAGES, path))).length, 0) / KIB
  const verdict = `initial JavaScript: ${size.toFixed(1)} KiB gzipped in ${scripts.length} files, at most ${LIMIT_KIB} KiB`
  if (size > LIMIT_KIB) throw new Advice(`Too large: ${verdict}.`)
  console.log(verdict)
})

/**
 * The entry and all that it imports statically: Vite preloads these.
 *
 * @param {string} html
 */
function initialScripts(html) {
  const tags = html.match(/<(?:script|link)\b[^>]*>/g) ?? []
  return tags.flatMap((tag) => /(?:src|href)="\.?\/?([^"]+\.js)"/.exec(tag)?.[1] ?? [])
}
