import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ROOT } from './files.ts'
import { ZONE_NAMES, ZONES } from './zones.ts'

const CONFIG = '.dependency-cruiser.cjs'

type Cruise = {
  readonly modules: readonly { readonly source: string }[]
  readonly summary: { readonly violations: readonly { readonly rule: { readonly name: string } }[] }
}

const garden = mkdtempSync(join(tmpdir(), 'snug-rules-'))
afterAll(() => rmSync(garden, { recursive: true }))

function cruise(folder: string): Cruise {
  const command = join(ROOT, 'node_modules', '.bin', 'depcruise')
  const output = execFileSync(command, ['.', '--output-type', 'json'], { cwd: folder, maxBuffer: 2 ** 26 })
  return JSON.parse(output.toString())
}

function plant(path: string, ...imports: string[]): void {
  const lines = imports.map((from, index) => `export * as planted${index} from '${from}'`)
  mkdirSync(dirname(join(garden, path)), { recursive: true })
  writeFileSync(join(garden, path), `${lines.join('\n')}\nexport const planted = 1\n`)
}

test('each dependency rule refuses an import planted against it', () => {
  for (const file of [CONFIG, 'package.json', 'tsconfig.base.json']) cpSync(join(ROOT, file), join(garden, file))
  symlinkSync(join(ROOT, 'node_modules'), join(garden, 'node_modules'))
  for (const zone of ZONE_NAMES) {
    const forbidden = ZONE_NAMES.filter((other) => other !== zone && !ZONES[zone]?.includes(other))
    plant(`${zone}/target.ts`)
    plant(`${zone}/planted.ts`, 'node:fs', 'lmdb', ...forbidden.map((other) => `#${other}/target.ts`))
  }
  plant('workers/cloudflare/target.ts')
  plant('workers/planted-too.ts', '#workers/cloudflare/target.ts')
  plant(
    'node-host/planted-too.ts',
    '#workers/cloudflare/target.ts',
    '#tests/target.ts',
    './launch/target.mjs',
    'vitest',
  )
  plant('tests/target.ts')
  plant('node-host/launch/target.mjs', 'esbuild')
  plant('web/stores/target.ts', 'react')
  plant('web/ui/target.ts', '../stores/target.ts')
  plant('protocol/one.ts', './two.ts')
  plant('protocol/two.ts', './one.ts', './missing.ts')

  const broken = new Set(cruise(garden).summary.violations.map((violation) => violation.rule.name))
  const rules: { name: string }[] = createRequire(import.meta.url)(join(ROOT, CONFIG)).forbidden
  expect([...broken].sort()).toEqual(rules.map((rule) => rule.name).sort())
})

test('the cruise sees every zone: seeing no module, it would find no fault either', () => {
  const seen = cruise(ROOT).modules.map((module) => module.source)
  const zones = readdirSync(ROOT).filter((name) => ZONE_NAMES.includes(name))
  expect(zones.filter((zone) => !seen.some((path) => path.startsWith(`${zone}/`)))).toEqual([])
})
