import { expect, test } from 'vitest'
import { read } from './files.ts'

/** What starts before anything is installed cannot be loaded by the host, nor the other way round. */
const PLACES = ['node-host/launch/runtime.mjs', 'node-host/main.ts']

test('the launcher and the host ask for the same Node', () => {
  const oldest = PLACES.map((path) => /^const OLDEST_NODE = (\d+)$/m.exec(read(path))?.[1])
  expect(oldest[0]).toBeDefined()
  expect(new Set(oldest).size).toBe(1)
})
