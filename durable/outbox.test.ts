import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { ok, refuse } from '#protocol/errors.ts'
import { Outbox } from './outbox.ts'

const SILENT = { info: () => {}, warn: () => {}, error: () => {} }

test('T4: effects that cannot be carried out hold up none of the others', async () => {
  const done: number[] = []
  const outbox = new Outbox(z.number(), SILENT, async (effect) => {
    if (effect <= 60) return refuse('retry', 'not now')
    done.push(effect)
    return ok(null)
  })
  for (let effect = 1; effect <= 70; effect++) outbox.add(effect)
  for (const batch of outbox.batches(outbox.last)) await outbox.carryOut(batch)
  expect(done).toEqual([61, 62, 63, 64, 65, 66, 67, 68, 69, 70])
  expect(outbox.isEmpty).toBe(false)
})
