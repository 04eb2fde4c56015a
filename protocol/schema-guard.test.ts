import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { downSchema } from './down.ts'
import { inboxEntrySchema } from './inbox-entry.ts'
import { timelineRecordSchema } from './record.ts'
import { upSchema } from './up.ts'

/** What the schemas accept, as JSON Schema, in one hash. What only a function checks is not in it. */
function hashOf(schema: z.ZodMiniType): string {
  const described = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })
  return createHash('sha256').update(JSON.stringify(described)).digest('hex').slice(0, 16)
}

const ADVICE =
  'the wire has changed. Can clients and servers of the version before still talk to this one? If not, add a version ' +
  'to PROTOCOL_VERSIONS (or raise RECORD_FORMAT for what is stored). Then write the new hash here.'

test.each([
  ['up', upSchema, '3078901975e9895f'],
  ['down', downSchema, '760da441a7e0d73c'],
  ['records', timelineRecordSchema, '8314a361a3766cd6'],
  ['inbox entries', inboxEntrySchema, 'ae0e3fecd958bbe8'],
])('the schemas of %s are those that this version speaks', (_, schema, hash) => {
  expect(hashOf(schema), ADVICE).toBe(hash)
})
