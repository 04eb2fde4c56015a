import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '#node-host/launch/paths.mjs'
import { packagesBelow } from './packages.ts'

/** They make the bundles, and nothing of them is inside. */
const BUILDERS = ['@vitejs/plugin-react', 'esbuild', 'vite']

/** The licences of the packages that are bundled into a release, each text once, and that of Node. */
export function licencesOf(node: string): string {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const names = Object.keys(dependencies).filter((name) => !BUILDERS.includes(name))
  const holders = new Map<string, string[]>()
  for (const [path, { version, license }] of Object.entries(packagesBelow(names, 'x64')).sort()) {
    const text = textIn(join(ROOT, path)) ?? `It says: ${license}`
    holders.set(text, [...(holders.get(text) ?? []), `${path.replace('node_modules/', '')} ${version}`])
  }
  holders.set(readFileSync(node, 'utf8').trim(), ['Node.js'])
  const line = '='.repeat(80)
  return [...holders].map(([text, packages]) => `${line}\n${packages.join('\n')}\n${line}\n\n${text}\n`).join('\n')
}

function textIn(folder: string): string | undefined {
  try {
    const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
    return names.length === 0
      ? undefined
      : names.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n')
  } catch (error) {
    // Optional, and for another platform than this one.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
