import { beforeEach, describe, expect, test } from 'vitest'
import type { RoomId } from '#protocol/ids.ts'
import { toUtf8 } from '#protocol/text.ts'
import type { NamedFile } from '#protocol/up/send.ts'
import { keepFile } from '#tests/support/files.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import type { Settlement, Submission } from './submissions.ts'

const BYTES = toUtf8('what is in it')

describe('the files that a room names', () => {
  let world: SmallWorld
  let one: Member
  let two: Member
  let room: RoomId

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one, two] = (await world.members('one', 'two')) as [Member, Member]
    room = await world.group(one, two)
  })

  async function message({ user }: Member, ...named: NamedFile[]): Promise<Submission> {
    const files = await world.until(world.peers.user(user).attachFiles(room, named))
    if ('refused' in files) throw new Error(files.refused.reason)
    return { user, producer: world.id('producer'), n: 1, text: '', files: files.ok }
  }

  /** Of batches that are sent at once. */
  async function settlements(...batches: Submission[][]): Promise<Settlement[]> {
    const answers = await world.until(Promise.all(batches.map((batch) => world.peers.room(room).send(batch))))
    return answers.flatMap((answer) => ('ok' in answer ? answer.ok : []))
  }

  test.each(['one after the other', 'at once', 'in one batch'])(
    "O4: nobody puts a file in the place of another's by its id, %s",
    async (when) => {
      const file = await keepFile(world, one, BYTES)
      await keepFile(world, two, toUtf8('something else'), 'text/html', file)
      const [mine, theirs] = [await message(one, { file }), await message(two, { file })]
      const settled =
        when === 'in one batch'
          ? await settlements([mine, theirs])
          : when === 'at once'
            ? await settlements([mine], [theirs])
            : [...(await settlements([mine])), ...(await settlements([theirs]))]
      expect(settled).toMatchObject([{ stored: { seq: 2 } }, { refused: { kind: 'forbidden' } }])
      expect(await world.table('room', room, 'files')).toMatchObject([[file, { type: 'text/plain', seq: 2 }]])
    },
  )

  test('O4: nor as its preview; whose it is may name it again', async () => {
    const file = await keepFile(world, one, BYTES)
    await settlements([await message(one, { file })])
    await keepFile(world, two, BYTES, undefined, file)
    const other = await keepFile(world, two, BYTES)
    expect(await settlements([await message(two, { file: other, preview: file })])).toMatchObject([
      { refused: { kind: 'forbidden' } },
    ])
    expect(await settlements([await message(one, { file })])).toEqual([{ stored: { seq: 3 } }])
  })
})
