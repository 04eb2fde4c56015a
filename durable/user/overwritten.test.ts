import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ok } from '#protocol/errors.ts'
import type { FileId } from '#protocol/ids.ts'
import { MAX_WHOLE_FILE_BYTES } from '#protocol/limits.ts'
import { toUtf8 } from '#protocol/text.ts'
import { declarationOf, partsOf } from '#tests/support/files.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { type SignedPut, URL_LASTS_MS } from '../ports/object-store.ts'

const HOUR_MS = 3_600_000
const UNTIL_NO_URL_HOLDS_MS = URL_LASTS_MS + HOUR_MS + 10_000

describe('a store that takes other content than a URL was signed for', () => {
  let world: SmallWorld
  let one: Member
  const bytes = toUtf8('what is in it')
  const other = toUtf8('something els')

  beforeEach(async () => {
    world = await SmallWorld.start()
    world.machine.objects.refusesOtherContent = false
    ;[one] = (await world.members('one')) as [Member]
  })

  const own = () => world.peers.user(one.user)
  const objects = () => world.machine.objects
  const doomed = () => world.table('user', one.user, 'doomed')
  const finish = (file: FileId) => world.until(own().finishUpload(file))

  /** Sends what it says, and can send something else. */
  async function sent(content = bytes): Promise<{ file: FileId; puts: SignedPut[] }> {
    const file = world.id('file')
    await world.until(own().declareFile(declarationOf(file, content)))
    const parts = content.length > MAX_WHOLE_FILE_BYTES ? partsOf(content) : undefined
    const signed = await world.until(
      own().signUpload(
        file,
        parts?.map((_, i) => i + 1),
      ),
    )
    if ('refused' in signed) throw new Error(signed.refused.reason)
    for (const [i, put] of signed.ok.entries()) expect(objects().take(put, parts?.[i] ?? content)).toBe(true)
    return { file, puts: signed.ok }
  }

  const overwrite = ([put]: SignedPut[]) => expect(objects().take(put ?? { url: '' }, other)).toBe(true)

  /** What somebody has who may have the file. */
  async function fetched(file: FileId): Promise<Uint8Array | undefined> {
    const room = await world.group(one)
    const socket = await world.enter(one)
    await socket.say({ type: 'send', room, producer: world.id('producer'), n: 1, text: '', files: [{ file }] })
    await socket.hears('stored')
    const url = await world.until(world.peers.room(room).fileUrl(one.user, file))
    return 'ok' in url ? objects().at(url.ok.url) : undefined
  }

  test('O1: what is sent to the URL after it was looked at is nobody’s file', async () => {
    const { file, puts } = await sent()
    expect(await finish(file)).toEqual(ok('kept'))
    overwrite(puts)
    expect(await fetched(file)).toEqual(bytes)
  })

  test('O1: what is sent to the URL while it is looked at is nobody’s file', async () => {
    const { file, puts } = await sent()
    const verify = objects().verify.bind(objects())
    vi.spyOn(objects(), 'verify').mockImplementationOnce((...args) => {
      overwrite(puts)
      return verify(...args)
    })
    expect(await finish(file)).toEqual(ok('kept'))
    expect(await fetched(file)).toEqual(bytes)
  })

  test('O1: what was sent instead before it was looked at is found out, and nothing of it stays', async () => {
    const { file, puts } = await sent()
    overwrite(puts)
    expect(await finish(file)).toMatchObject({ refused: { kind: 'not-as-declared' } })
    await world.pass(1_000)
    expect(objects().keys).toEqual([])
  })

  test('O1: a large file is looked at as a copy, too, and as a whole', async () => {
    const large = new Uint8Array(MAX_WHOLE_FILE_BYTES + 5).fill(1)
    const { file } = await sent(large)
    const [joined, copied] = [vi.spyOn(objects(), 'joinParts'), vi.spyOn(objects(), 'verify')]
    expect(await finish(file)).toEqual(ok('kept'))
    const [[key] = []] = joined.mock.calls
    const [[place, contents] = []] = copied.mock.calls
    expect([place === key, contents?.length]).toEqual([false, 5])
    await world.pass(1_000)
    expect(objects().keys).toEqual([place])
  })

  test('O5: the place of the attempt is cleared, and once more when no URL for it holds', async () => {
    const { file, puts } = await sent()
    await finish(file)
    await world.pass(1_000)
    const [place] = objects().keys
    overwrite(puts)
    expect(objects().keys).toHaveLength(2)
    await world.pass(UNTIL_NO_URL_HOLDS_MS)
    expect(objects().keys).toEqual([place])
    expect(await doomed()).toEqual([])
    expect(await world.until(own().dropFile(file))).toEqual(ok(null))
    await world.pass(1_000)
    expect(objects().keys).toEqual([])
  })

  /** The host ends when the copy has been made, and nothing was said of it. */
  async function copiedAndDied(): Promise<FileId> {
    const { file } = await sent()
    vi.spyOn(objects(), 'verify').mockImplementationOnce(() => {
      world.machine.crash()
      return new Promise(() => {})
    })
    void own().finishUpload(file)
    await world.pass(100)
    await world.until(world.machine.start())
    expect(objects().keys).toHaveLength(2)
    return file
  }

  test('O5: of a look that the host did not outlive nothing is left when the file is kept after all', async () => {
    const file = await copiedAndDied()
    expect(await finish(file)).toEqual(ok('kept'))
    await world.pass(UNTIL_NO_URL_HOLDS_MS)
    expect(objects().keys).toHaveLength(1)
    expect(await fetched(file)).toEqual(bytes)
    expect(await doomed()).toEqual([])
  })

  test.each<[string, (file: FileId) => Promise<unknown>]>([
    ['is given up', (file: FileId) => own().dropFile(file)],
    ['is sent anew', (file: FileId) => own().signUpload(file)],
    ['is forgotten', async () => ok(null)],
  ])('O5: of a look that the host did not outlive nothing is left when the file %s', async (_, then) => {
    const file = await copiedAndDied()
    await world.until(then(file))
    await world.pass(25 * HOUR_MS)
    await world.pass(UNTIL_NO_URL_HOLDS_MS)
    expect(objects().keys).toEqual([])
    expect(await doomed()).toEqual([])
    expect(await world.table('user', one.user, 'files')).toEqual([])
  })

  test('O1: whoever asks again while it is looked at hears of the same look', async () => {
    const { file } = await sent()
    const verify = vi.spyOn(objects(), 'verify')
    const answers = await world.until(Promise.all([own().finishUpload(file), own().finishUpload(file)]))
    expect(answers).toEqual([ok('kept'), ok('kept')])
    expect(verify).toHaveBeenCalledOnce()
  })

  test('a store that refuses other content is asked once, and for nothing else', async () => {
    objects().refusesOtherContent = true
    const methods = ['verify', 'delete', 'joinParts', 'dropParts', 'beginParts'] as const
    const spies = methods.map((name) => vi.spyOn(objects(), name))
    const { file } = await sent()
    const [key] = objects().keys
    expect(await finish(file)).toEqual(ok('kept'))
    await world.pass(UNTIL_NO_URL_HOLDS_MS)
    expect(spies.map((spy) => spy.mock.calls.length)).toEqual([1, 0, 0, 0, 0])
    expect(objects().copy).toBeUndefined()
    expect(objects().keys).toEqual([key])
  })
})
