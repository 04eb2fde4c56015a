import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ROOT, read } from '#tests/house/files.ts'

type Variables = Readonly<Record<string, string>>

export type Service = {
  readonly image: string
  readonly environment?: Variables
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly networks?: readonly string[]
  readonly profiles?: readonly string[]
  readonly ulimits?: { readonly nofile: number }
}

type ComposeFile = {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>
  readonly volumes: Readonly<Record<string, null>>
}

const TEXT = read('deploy/compose.yaml')
/** `${NAME:?what to do where it is missing}` and nothing else: no value has a default. */
const VARIABLE = /\$\{(\w+)(:\?[^}]*)?\}/g

/** The names that have to be in .env, each with what is said where it is not. */
export function variablesOf(text = TEXT): (readonly [name: string, otherwise: string])[] {
  return [...text.matchAll(VARIABLE)].map(([, name = '', otherwise = '']) => [name, otherwise])
}

/** As docker compose reads it: with the values of .env in place of their names. */
export function composeFile(env: Variables): ComposeFile {
  return parse(TEXT.replace(VARIABLE, (_, name: string) => env[name] ?? `no ${name}`))
}

/** What is in an .env that deploy/make-env has just made. */
export function madeEnv(...names: readonly string[]): Variables {
  const folder = mkdtempSync(join(tmpdir(), 'snug-env-'))
  try {
    const script = join(folder, 'make-env')
    copyFileSync(join(ROOT, 'deploy/make-env'), script)
    execFileSync(script, names)
    const lines = readFileSync(join(folder, '.env'), 'utf8').matchAll(/^(\w+)=(.*)$/gm)
    return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The words of an instruction of deploy/Dockerfile in their last occurrence, lines that go on put together. */
export function instruction(name: string): string | undefined {
  return instructions(name).at(-1)
}

export function instructions(name: string): string[] {
  const text = read('deploy/Dockerfile').replaceAll('\\\n', ' ')
  return [...text.matchAll(new RegExp(`^${name} +(.*)$`, 'gm'))].map(([, words = '']) => words)
}
