import { readFileSync } from 'node:fs'
import * as z from 'zod/mini'
import { type Question, settingInfos } from './settings.ts'

const HELP_WIDTH = 80
const INDENT = ' '.repeat(6)

/** What is printed where something is asked for instead of a start. */
export function answerTo(question: Question, infos = settingInfos): string {
  return question === 'help' ? helpText(infos) : `${version()}\n`
}

function version(): string {
  const fromHere = import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json'
  const text = readFileSync(new URL(fromHere, import.meta.url), 'utf8')
  return z.parse(z.object({ version: z.string() }), JSON.parse(text)).version
}

export function helpText(infos = settingInfos): string {
  const entries = infos.map(({ flag, variable, fallback, help, takes, isSwitch }) => {
    const value = isSwitch || fallback === undefined ? '' : ` (${fallback})`
    return `  ${flag}, ${variable}${value}\n${wrap(isSwitch ? help : `${help} Takes ${takes}.`)}`
  })
  return `Snug: private instant messaging that people host themselves.\n\nSettings, by flag or by environment variable, with what holds where nobody says:\n\n${entries.join('\n')}\n`
}

/** docs/settings.md, whole. */
export function settingsPage(): string {
  const rows = settingInfos.map(({ flag, variable, fallback, help, takes, isSwitch }) =>
    row([
      code(isSwitch ? flag : `${flag} …`),
      code(variable),
      takes,
      fallback === undefined ? '' : code(fallback),
      help,
    ]),
  )
  return [
    '# Settings',
    '',
    'A flag counts more than a variable. A flag or a variable that does not exist and a value that cannot be understood',
    'end the start with one sentence and exit code 2. This page is made from `node-host/settings-schema.ts`; a test keeps it current',
    '(`npx vitest run node-host/settings -u` writes it).',
    '',
    row(['flag', 'variable', 'takes', 'default', 'what it sets']),
    row(['---', '---', '---', '---', '---']),
    ...rows,
    '',
  ].join('\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function code(text: string): string {
  return `\`${text}\``
}

function wrap(text: string): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`.trim()
    if (line.length <= HELP_WIDTH - INDENT.length) lines[lines.length - 1] = line
    else lines.push(word)
  }
  return lines.map((line) => `${INDENT}${line}`).join('\n')
}
