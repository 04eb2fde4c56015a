// npm run release: what others unpack and run, with Node inside. `npm run release -- arm64` makes one of them.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Advice, launch } from '#node-host/launch/advice.mjs'
import { ROOT } from '#node-host/launch/paths.mjs'
import { archive } from './archive.ts'
import { contentsFor } from './contents.ts'
import { folderWithPackages } from './fetch.ts'
import { ARCHITECTURES, type Architecture } from './packages.ts'

const MB = 1e6

await launch(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { into: { type: 'string', default: join(ROOT, 'release') } },
  })
  for (const architecture of positionals.length > 0 ? positionals.map(known) : ARCHITECTURES) {
    const contents = contentsFor(architecture, await folderWithPackages(architecture))
    const file = await archive(contents, `snug-${version()}-linux-${architecture}`, values.into)
    console.log(`${file} ${(statSync(file).size / MB).toFixed(1)} MB`)
  }
})

function known(name: string): Architecture {
  const found = ARCHITECTURES.find((architecture) => architecture === name)
  if (!found) throw new Advice(`There are releases for ${ARCHITECTURES.join(' and ')}, and none for ${name}.`)
  return found
}

function version(): string {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version
}
