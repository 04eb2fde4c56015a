import { relative } from 'node:path'
import { expect, test } from 'vitest'
import { startCommand } from '#node-host/launch/start-command.mjs'
import { settingInfos } from '#node-host/settings.ts'
import { ROOT, read } from './files.ts'

const service = read('deploy/snug.service')

function linesOf(name: string): string[] {
  return [...service.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value)
}

/** Why: whoever runs it as a service gets what `npm start` was measured and tested with. */
test('the service starts Snug as npm start does', () => {
  const [folder] = linesOf('WorkingDirectory')
  const { flags, program } = startCommand()
  const expected = [`${folder}/node_modules/.bin/node`, ...flags, relative(ROOT, program)]
  expect(linesOf('ExecStart')).toEqual([expected.join(' ')])
})

/** Why: a setting that does not exist ends the start. */
test('the service sets what there is', () => {
  const variables = linesOf('Environment').map((assignment) => assignment.split('=')[0])
  expect(variables.length).toBeGreaterThan(0)
  expect(variables.filter((name) => !settingInfos.some(({ variable }) => variable === name))).toEqual([])
})
