import { readFileSync } from 'node:fs'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { pdfParts } from './pdf-parts.config.ts'

const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** Where `npm run dev` finds a running host. */
const HOST = process.env.SNUG_DEV_HOST ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), pdfParts()],
  define: { __VERSION__: JSON.stringify(manifest.version) },
  server: { proxy: { '/ws': { target: HOST, ws: true } } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The content security policy allows files of this origin only: nothing may be inlined into page or style sheet.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Libraries change seldom: a returning browser fetches only our own part after an update. The one that reads
        // PDFs is fetched when somebody opens one.
        codeSplitting: { groups: [{ name: 'libraries', test: /[\\/]node_modules[\\/](?!pdfjs-dist[\\/])/ }] },
      },
    },
  },
})
