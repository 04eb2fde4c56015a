import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { INPUTS } from '#node-host/launch/sources.mjs'
import { startCommand } from '#node-host/launch/start-command.mjs'
import { settingInfos } from '#node-host/settings.ts'
import { composeFile, instruction, instructions, madeEnv, variablesOf } from '#tests/support/compose.ts'
import { PLAIN } from '../../deploy/tarball/contents.ts'
import { ROOT, read } from './files.ts'

const env = madeEnv('chat.example.org')
const { services, networks, volumes } = composeFile(env)
const front = read('deploy/compose.Caddyfile')
const isSetting = (name: string) => settingInfos.some(({ variable }) => variable === name)

describe('deploy/compose.yaml', () => {
  /** Why: what others change under a name that stays would come in by itself. */
  test('every image is of an exact version', () => {
    const loose = Object.values(services).filter(
      ({ image }) => !/:v?\d+\.\d+\.\d+(-alpine)?(@sha256:[\da-f]{64})?$/.test(image),
    )
    expect(loose).toEqual([])
    expect(services.snug?.image).toBe(`snug:${JSON.parse(read('package.json')).version}`)
  })

  /** Why: a store that everybody can reach is everybody's. */
  test('only the front opens ports, and the stores are on networks that lead nowhere', () => {
    expect(Object.keys(services).filter((name) => services[name]?.ports)).toEqual(['front'])
    expect(services.pika?.networks).toEqual(['stores'])
    expect(services.files?.networks).toEqual(['inside', 'stores'])
    expect([networks.inside, networks.stores]).toEqual([{ internal: true }, { internal: true }])
  })

  /** Why: a secret with a default is none. */
  test('every value comes from .env, is made by make-env, and is missed where it is not there', () => {
    const used = variablesOf()
    expect([...new Set(used.map(([name]) => name))].sort()).toEqual(Object.keys(env).sort())
    expect(used.filter(([, otherwise]) => otherwise !== ':?run make-env first')).toEqual([])
  })

  test('sets only what Snug knows', () => {
    const names = Object.keys(services.snug?.environment ?? {})
    expect(names.length).toBeGreaterThan(3)
    expect(names.filter((name) => !isSetting(name))).toEqual([])
  })

  test('Pika keeps what it acknowledges and cuts nobody off', () => {
    const { environment, ulimits } = services.pika ?? {}
    expect(environment).toMatchObject({
      PIKA_TIMEOUT: '0',
      PIKA_CACHE_MODEL: '0',
      PIKA_REQUIREPASS: env.PIKA_PASSWORD,
      PIKA_DB_INSTANCE_NUM: expect.stringMatching(/^\d$/),
    })
    expect(Number(environment?.PIKA_MAXCLIENTS)).toBeLessThan(ulimits?.nofile ?? 0)
  })

  test('every volume is declared and used', () => {
    const mounted = Object.values(services).flatMap((service) => service.volumes ?? [])
    const named = mounted.map((volume) => volume.split(':')[0] ?? '').filter((name) => !name.startsWith('.'))
    expect([...new Set(named)].sort()).toEqual(Object.keys(volumes).sort())
    const files = mounted.filter((volume) => volume.startsWith('./')).map((volume) => volume.split(':')[0] ?? '')
    expect(files.filter((path) => !existsSync(join(ROOT, 'deploy', path)))).toEqual([])
  })

  test('what is for calls is not started without being asked for', () => {
    expect(services.turn?.profiles).toEqual(['calls'])
  })
})

describe('deploy/compose.Caddyfile', () => {
  test('has from its service what it asks for, and leads to others that it can reach', () => {
    const asked = [...front.matchAll(/\{\$(\w+)\}/g)].map(([, name = '']) => name)
    expect(Object.keys(services.front?.environment ?? {}).sort()).toEqual([...new Set(asked)].sort())
    const targets = [...front.matchAll(/reverse_proxy (\w+):(\d+)/g)].map(([, name = '']) => name)
    expect(targets).toEqual(['snug', 'files'])
    expect(targets.filter((name) => !services[name]?.networks?.includes('inside'))).toEqual([])
  })
})

describe('deploy/make-env', () => {
  test('knows an address from a name, and takes another name for files', () => {
    expect(madeEnv('203.0.113.7')).toMatchObject({ ACME_PROFILE: 'shortlived', FILES_ADDRESS: '203.0.113.7:8443' })
    const named = madeEnv('chat.example.org', 'files.example.org')
    expect(named).toMatchObject({ ACME_PROFILE: 'classic', FILES_ADDRESS: 'files.example.org' })
  })

  test('makes secrets that are never the same, which only their owner can read, and replaces none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'snug-env-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const script = join(folder, 'make-env')
    copyFileSync(join(ROOT, 'deploy/make-env'), script)
    execFileSync(script, ['chat.example.org'])
    const text = readFileSync(join(folder, '.env'), 'utf8')
    expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600)
    const secrets = [...text.matchAll(/^\w+=([\da-f]{48})$/gm)].map(([, secret = '']) => secret)
    expect(new Set([...secrets, ...Object.values(env).filter((value) => value.length === 48)]).size).toBe(6)
    expect(() => execFileSync(script, ['chat.example.org'], { stdio: 'pipe' })).toThrow('is there already')
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe(text)
  })
})

describe('deploy/Dockerfile', () => {
  test('starts Snug as npm start does', () => {
    const { flags, program } = startCommand()
    const folder = instruction('WORKDIR')
    expect(JSON.parse(instruction('ENTRYPOINT') ?? '')).toEqual([
      `${folder}/node_modules/.bin/node`,
      ...flags,
      relative(ROOT, program),
    ])
  })

  test('runs as a user who is not root, on a folder of its own, at the usual port', () => {
    expect(instruction('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    expect(instruction('VOLUME')).toBe('/data')
    expect(instructions('COPY').some((words) => words.includes(`--chown=${instruction('USER')}`))).toBe(true)
    expect(instruction('EXPOSE')).toBe(settingInfos.find(({ variable }) => variable === 'SNUG_PORT')?.fallback)
    expect(instruction('STOPSIGNAL')).toBe('SIGTERM')
    expect(instruction('HEALTHCHECK')).toContain('/healthz')
    const variables = (instruction('ENV') ?? '').split(' ').map((assignment) => assignment.split('=')[0] ?? '')
    expect(variables.filter((name) => !isSetting(name))).toEqual([])
  })

  /** Why: it may do nothing with files that are not its own, and a backup is for its owner alone. */
  test('its user owns the backup that the documentation has it restore', () => {
    const [, restore = ''] =
      /A restore goes into new volumes.*?\n\n((?: {4}.*\n)+)/s.exec(read('docs/operating.md')) ?? []
    const [chown = '', ...run] = restore.trim().split(/\n */)
    expect(chown).toBe(`sudo chown ${instruction('USER')} monday.tar`)
    expect(run.join(' ')).toContain('-v ./monday.tar:/monday.tar:ro')
    expect(run.join(' ')).toContain(`--entrypoint ${instruction('WORKDIR')}/snug snug restore /monday.tar`)
    expect(services.snug).toMatchObject({ cap_drop: ['ALL'] })
  })

  test('is built from images of one content, with the locked packages and without their scripts', () => {
    expect(instructions('FROM').filter((words) => !/:[\w.-]+@sha256:[\da-f]{64}( |$)/.test(words))).toEqual([])
    expect(instructions('RUN')).toEqual(
      expect.arrayContaining(['npm ci --omit=dev --include=optional --ignore-scripts', 'npm run build']),
    )
  })

  /** Why: whatever a layer holds, all who have the image hold. */
  test('sees what it builds from, and nothing else', () => {
    const lines = read('deploy/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    const shown = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
    expect(lines[0]).toBe('*')
    expect(shown.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
    const named = instructions('COPY').flatMap((words) => (words.startsWith('--') ? [] : words.split(' ').slice(0, -1)))
    const needed = [...INPUTS, ...PLAIN, ...named.filter((path) => path !== '.')]
    expect(needed.filter((path) => !shown.some((entry) => path === entry || path.startsWith(`${entry}/`)))).toEqual([])
    expect(lines.at(-1)).toBe('deploy/.env')
  })
})
