import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ok, refuse } from '#protocol/errors.ts'
import { MAX_WHOLE_FILE_BYTES } from '#protocol/limits.ts'
import { toUtf8 } from '#protocol/text.ts'
import { declarationOf, partsOf, sendFile } from '#tests/support/files.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { URL_LASTS_MS } from './ports/object-store.ts'

const HOUR_MS = 3_600_000

describe('objects that nobody names', () => {
  let world: SmallWorld
  let one: Member
  const bytes = toUtf8('what is in it')

  beforeEach(async () => {
    world = await SmallWorld.start({ limits: { uploadsPerMinute: 100 } })
    ;[one] = (await world.members('one')) as [Member]
  })

  const own = () => world.peers.user(one.user)
  const objects = () => world.machine.objects
  const doomed = () => world.table('user', one.user, 'doomed')

  /** Declares a file and is given where to send it. */
  async function signed(content: Uint8Array, parts?: number[]) {
    const file = world.id('file')
    await world.until(own().declareFile(declarationOf(file, content)))
    const puts = await world.until(own().signUpload(file, parts))
    if ('refused' in puts) throw new Error(puts.refused.reason)
    return { file, puts: puts.ok }
  }

  test('O5: what is sent after its file was dropped, to a URL that still holds, goes too', async () => {
    const { file, puts } = await signed(bytes)
    await world.until(own().dropFile(file))
    await world.pass(URL_LASTS_MS - 1_000)
    expect(objects().take(puts[0] ?? { url: '' }, bytes)).toBe(true)
    expect(objects().keys).toHaveLength(1)
    await world.pass(HOUR_MS + 10_000)
    expect(objects().keys).toEqual([])
    expect(await doomed()).toEqual([])
  })

  test('O5: what is sent once more after a kept file was dropped goes too', async () => {
    const { file, puts } = await signed(bytes)
    const put = puts[0] ?? { url: '' }
    objects().take(put, bytes)
    expect(await world.until(own().finishUpload(file))).toEqual(ok('kept'))
    await world.until(own().dropFile(file))
    await world.pass(1_000)
    expect(objects().keys).toEqual([])
    objects().take(put, bytes)
    await world.pass(URL_LASTS_MS + HOUR_MS + 10_000)
    expect(objects().keys).toEqual([])
  })

  test('O5: parts that were being joined when their file was dropped go too', async () => {
    const large = new Uint8Array(MAX_WHOLE_FILE_BYTES + 5)
    const { file, puts } = await signed(large, [1, 2, 3, 4, 5])
    for (const [i, part] of partsOf(large).entries()) objects().take(puts[i] ?? { url: '' }, part)
    const joinParts = objects().joinParts.bind(objects())
    vi.spyOn(objects(), 'joinParts').mockImplementationOnce(async (...args) => {
      const joined = await joinParts(...args)
      const key = objects().keys[0] ?? ''
      await own().dropFile(file)
      await world.clock.sleep(1_000)
      objects().force(key, large)
      return joined
    })
    expect(await world.until(own().finishUpload(file))).toMatchObject({ refused: { kind: 'not-found' } })
    expect(objects().keys).toHaveLength(1)
    await world.pass(URL_LASTS_MS + HOUR_MS + 10_000)
    expect(objects().keys).toEqual([])
  })

  test('O5, T5: after a crash it is still deleted once more', async () => {
    const { file, puts } = await signed(bytes)
    await world.until(own().dropFile(file))
    await world.pass(1_000)
    objects().take(puts[0] ?? { url: '' }, bytes)
    world.machine.crash()
    await world.until(world.machine.start())
    expect(objects().keys).toHaveLength(1)
    await world.pass(URL_LASTS_MS + HOUR_MS + 10_000)
    expect(objects().keys).toEqual([])
    expect(await doomed()).toEqual([])
  })

  test('O5: those that cannot be deleted do not stand before the others', async () => {
    const files = []
    for (let i = 0; i < 20; i++) files.push(await sendFile(world, one, toUtf8(`stuck ${i}`)))
    const stuck = new Set(objects().keys)
    const remove = objects().delete.bind(objects())
    vi.spyOn(objects(), 'delete').mockImplementation(async (key) =>
      stuck.has(key) ? refuse('retry', 'never') : remove(key),
    )
    for (const file of files) await world.until(own().dropFile(file))
    await world.pass(10_000)
    expect(objects().keys).toHaveLength(20)
    const later = await sendFile(world, one, bytes)
    await world.until(own().dropFile(later))
    await world.pass(10_000)
    expect(objects().keys).toEqual([...stuck])
  })
})
