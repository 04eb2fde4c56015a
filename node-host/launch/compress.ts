import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib'

const TEXT = /\.(m?js|css|html|svg|json|webmanifest)$/
/** Below this a packet holds the file anyway. */
const WORTH_BYTES = 1024

/** Puts a Brotli and a gzip copy beside each text file, so that serving one costs no compression. */
export function compressBelow(folder: string): void {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => TEXT.test(name))
  for (const path of names.map((name) => join(folder, name))) compress(path)
}

function compress(path: string): void {
  const content = readFileSync(path)
  if (content.length < WORTH_BYTES) return
  writeFileSync(
    `${path}.br`,
    brotliCompressSync(content, { params: { [zlib.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  )
  writeFileSync(`${path}.gz`, gzipSync(content, { level: zlib.Z_BEST_COMPRESSION }))
}
