import { beforeEach, describe, expect, test } from 'vitest'
import { ok } from '#protocol/errors.ts'
import type { FileId } from '#protocol/ids.ts'
import { MAX_WHOLE_FILE_BYTES } from '#protocol/limits.ts'
import { toUtf8 } from '#protocol/text.ts'
import { declarationOf, partsOf } from '#tests/support/files.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { type SignedPut, TRANSFER_LASTS_MS, URL_LASTS_MS } from './ports/object-store.ts'

const HOUR_MS = 3_600_000
const ALL_PARTS = [1, 2, 3, 4, 5]
const LARGE = new Uint8Array(MAX_WHOLE_FILE_BYTES + 5)
const SMALL = toUtf8('what is in it')

describe('what is sent to URLs that were given before', () => {
  let world: SmallWorld
  let one: Member

  beforeEach(async () => {
    world = await SmallWorld.start({ limits: { uploadsPerMinute: 5 } })
    ;[one] = (await world.members('one')) as [Member]
  })

  const own = () => world.peers.user(one.user)
  const sign = (file: FileId, parts?: number[]) => world.until(own().signUpload(file, parts))

  async function declared(content: Uint8Array): Promise<FileId> {
    const file = world.id('file')
    expect(await world.until(own().declareFile(declarationOf(file, content)))).toEqual(ok('declared'))
    return file
  }

  async function putsOf(file: FileId, parts?: number[]): Promise<SignedPut[]> {
    const signed = await sign(file, parts)
    if ('refused' in signed) throw new Error(signed.refused.reason)
    return signed.ok
  }

  function takeParts(puts: readonly SignedPut[]): boolean[] {
    const parts = partsOf(LARGE)
    return puts.map((put, i) => world.machine.objects.take(put, parts[i] ?? LARGE))
  }

  test('O5: parts that come once more after they were joined do not stay, and the file does', async () => {
    const file = await declared(LARGE)
    const puts = await putsOf(file, ALL_PARTS)
    takeParts(puts)
    expect(await world.until(own().finishUpload(file))).toEqual(ok('kept'))
    takeParts(puts)
    expect(world.machine.objects.uploads).not.toEqual([])
    await world.pass(URL_LASTS_MS + 10_000)
    expect(world.machine.objects.uploads).toEqual([])
    expect(world.machine.objects.keys).toHaveLength(1)
    await world.pass(TRANSFER_LASTS_MS + 10_000)
    expect(await world.table('user', one.user, 'doomed')).toEqual([])
  })

  test('O2: each attempt counts as another file does', async () => {
    const file = await declared(SMALL)
    for (let attempt = 1; attempt <= 5; attempt++) await putsOf(file)
    expect(await sign(file)).toMatchObject({ refused: { kind: 'too-frequent', retryAfterMs: expect.any(Number) } })
    await world.pass(60_000)
    await putsOf(file)
  })

  test('O5: what came of attempts before goes when their URLs are over', async () => {
    const file = await declared(SMALL)
    const before = [...(await putsOf(file)), ...(await putsOf(file))]
    await putsOf(file)
    await world.pass(10_000)
    for (const put of before) expect(world.machine.objects.take(put, SMALL)).toBe(true)
    expect(world.machine.objects.keys).toHaveLength(2)
    await world.pass(URL_LASTS_MS + 10_000)
    expect(world.machine.objects.keys).toEqual([])
  })

  test('O5: a large file whose parts come over more than a day is not given up', async () => {
    const file = await declared(LARGE)
    for (let hour = 0; hour < 30; hour++) {
      await putsOf(file, [1])
      await world.pass(HOUR_MS)
    }
    takeParts(await putsOf(file, ALL_PARTS))
    expect(await world.until(own().finishUpload(file))).toEqual(ok('kept'))
  })
})
