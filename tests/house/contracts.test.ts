import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { projectFiles, read } from './files.ts'

/** Where the adapters of each host are, and which ports it only stands in for (tests/simulation/machine.test.ts). */
const HOSTS = [
  { host: 'node-host', tests: /^node-host\/.*\.test\.ts$/, without: [] },
  { host: 'workerd', tests: /^workers\/cloudflare\/.*\.test\.ts$/, without: [] },
  { host: 'memory', tests: /^tests\/(simulation|support)\/.*\.test\.ts$/, without: ['scrypt', 'log'] },
] as const

/** `host` names them all. Alarms are set through the storage, and have a suite of their own. */
const ports = projectFiles(/^durable\/ports\/\w+\.ts$/)
  .map((path) => basename(path, '.ts'))
  .filter((port) => port !== 'host')
  .concat('alarms')

/** Why: the actors run on whatever a port promises; a host that promises less fails where nobody looks. */
test.each(HOSTS)('the suite of every port runs on $host', ({ tests, without }) => {
  const texts = projectFiles(tests).map(read).join('\n')
  const missing = ports.filter((port) => !texts.includes(`${port}Contract(`))
  expect(ports.length).toBeGreaterThan(5)
  expect(missing.toSorted()).toEqual([...without].toSorted())
})
