import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const MANIFEST = fileURLToPath(import.meta.resolve('pdfjs-dist/package.json'))
const PACKAGE = dirname(MANIFEST)
const { version }: { version: string } = JSON.parse(readFileSync(MANIFEST, 'utf8'))

/** Its name changes with its content, as those of all assets do. */
const PLACE = `assets/pdfjs-dist-${version}`
/** Character maps, faces for documents without any, decoders of scanned pages. */
const FOLDERS = ['cmaps', 'standard_fonts', 'wasm']
/** The content security policy lets no WebAssembly run; nor are the scripts of documents run, by whatever. */
const UNUSED = /\.wasm$|quickjs/i

const PARTS = FOLDERS.flatMap((folder) => readdirSync(join(PACKAGE, folder)).map((name) => `${folder}/${name}`)).filter(
  (path) => !UNUSED.test(path),
)

/** What pdf.js fetches by name when a document needs it, beside the page: nobody else is asked for it. */
export function pdfParts(): Plugin {
  return {
    name: 'pdf-parts',
    generateBundle() {
      for (const path of PARTS)
        this.emitFile({ type: 'asset', fileName: `${PLACE}/${path}`, source: readFileSync(join(PACKAGE, path)) })
    },
    configureServer({ middlewares }) {
      middlewares.use(`/${PLACE}`, (request, response, next) => {
        const path = request.url?.slice(1) ?? ''
        if (!PARTS.includes(path)) return next()
        if (path.endsWith('.js')) response.setHeader('content-type', 'text/javascript')
        response.end(readFileSync(join(PACKAGE, path)))
      })
    },
  }
}
