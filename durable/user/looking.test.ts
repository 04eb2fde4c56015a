import { expect, test, vi } from 'vitest'
import { ok } from '#protocol/errors.ts'
import { toUtf8 } from '#protocol/text.ts'
import { declarationOf, sendFile } from '#tests/support/files.ts'
import { MemoryStorage } from '#tests/support/memory-storage.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'

const DAY_MS = 24 * 3_600_000
const HELD_MS = 1_000

test('O5, T5: a file that is declared while it is decided when to look again is looked at too', async () => {
  const world = await SmallWorld.start()
  const [one] = (await world.members('one')) as [Member]
  await sendFile(world, one, toUtf8('never finished'))
  const { page } = MemoryStorage.prototype
  let declared: Promise<unknown> | undefined
  const reads = vi.spyOn(MemoryStorage.prototype, 'page').mockImplementation(async function (
    this: MemoryStorage,
    table,
    after,
    limit,
  ) {
    const rows = await page.call(this, table, after, limit)
    if (table !== 'files-due' || rows.length > 0 || declared) return rows
    declared = world.peers.user(one.user).declareFile(declarationOf(world.id('file'), toUtf8('another')))
    await world.clock.sleep(HELD_MS)
    return rows
  })
  await world.pass(DAY_MS + 60_000)
  expect(await declared).toEqual(ok('declared'))
  reads.mockRestore()
  expect(await world.table('user', one.user, 'files')).toHaveLength(1)
  await world.pass(DAY_MS + 60_000)
  expect(await world.table('user', one.user, 'files')).toEqual([])
})
