import { expect, test } from 'vitest'
import { objects } from './namespaces.ts'

const anywhere = { jurisdiction: (name: string) => `in ${name}` }

test('objects are kept in the jurisdiction that is set, anywhere when none is', () => {
  const kept = (SNUG_JURISDICTION?: string) => objects({ ROOM: anywhere, SNUG_JURISDICTION } as never, 'ROOM')
  expect([kept(), kept(''), kept('eu')]).toEqual([anywhere, anywhere, 'in eu'])
})
