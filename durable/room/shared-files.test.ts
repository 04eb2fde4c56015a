import { beforeEach, describe, expect, test } from 'vitest'
import type { ProducerId, RoomId, UserId } from '#protocol/ids.ts'
import { MAX_LISTED_FILES, MAX_PAGE_BYTES } from '#protocol/limits.ts'
import { fromUtf8 } from '#protocol/text.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import type { KeptFile } from '../user/kept-file.ts'

describe('the files of a room', () => {
  let world: SmallWorld
  let one: Member
  let two: Member
  let room: RoomId
  let producer: ProducerId
  let said: number
  let lastKept: KeptFile

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one, two] = (await world.members('one', 'two')) as [Member, Member]
    room = await world.group(one, two)
    producer = world.id('producer')
    said = 0
  })

  /** Says these in one go: a text, or one with so many files. */
  async function say(...messages: (string | [text: string, files: number])[]): Promise<void> {
    const submissions = messages.map((message) => {
      const [text, count] = typeof message === 'string' ? [message, 0] : message
      const files = Array.from({ length: count }, () => kept())
      said++
      return { user: one.user, producer, n: said, text, ...(count > 0 && { files }) }
    })
    const outcome = await world.until(world.peers.room(room).send(submissions))
    if ('refused' in outcome) throw new Error(outcome.refused.reason)
  }

  function kept() {
    const file = world.id('file')
    lastKept = { file, name: 'notes.txt', type: 'text/plain', bytes: 3, key: `key of ${file}` }
    return lastKept
  }

  async function listed(user: UserId, before?: number) {
    const outcome = await world.until(world.peers.room(room).sharedFiles(user, before))
    if ('refused' in outcome) throw new Error(outcome.refused.reason)
    return { ...outcome.ok, seqs: outcome.ok.records.map((bytes) => JSON.parse(fromUtf8(bytes)).seq as number) }
  }

  test('O7: the messages that name files are told newest first, each once, as they stand in the timeline', async () => {
    await say('Before', ['One', 1], 'Between', ['Three', 3], 'After')
    const { seqs, more, records } = await listed(two.user)
    expect([seqs, more]).toEqual([[5, 3], false])
    const stored = await world.disk.open(`room/${room}`).range('timeline', 5, 5, 1)
    expect(records[0]).toEqual(stored[0]?.[1])
  })

  test('O7: a page ends somewhere, and the next one begins there', async () => {
    await say(...Array.from({ length: MAX_LISTED_FILES + 2 }, (_, i): [string, number] => [`File ${i}`, 1]))
    const first = await listed(two.user)
    expect([first.seqs.length, first.seqs[0], first.more]).toEqual([MAX_LISTED_FILES, 53, true])
    expect(await listed(two.user, first.seqs.at(-1))).toMatchObject({ seqs: [3, 2], more: false })
    expect(await listed(two.user, 2)).toMatchObject({ seqs: [], more: false })
  })

  test('O7: of long messages a page holds fewer', async () => {
    for (let i = 0; i < 20; i++) await say(['x'.repeat(16_000), 1])
    const { seqs, more, records } = await listed(two.user)
    expect(records.reduce((total, { length }) => total + length, 0)).toBeLessThan(MAX_PAGE_BYTES)
    expect([seqs.length > 10, more]).toEqual([true, true])
    expect((await listed(two.user, seqs.at(-1))).seqs[0]).toBe((seqs.at(-1) ?? 0) - 1)
  })

  test('O7: who came later is told none from before, and who is gone none', async () => {
    await say(['Before', 1])
    const late = await world.register('late', await invitation())
    await world.until(world.peers.room(room).invite(one.user, [late.user]))
    await say(['After', 1])
    expect(await listed(late.user)).toMatchObject({ seqs: [4], more: false })
    expect(await listed(late.user, 4)).toMatchObject({ seqs: [], more: false })
    await world.until(world.peers.room(room).leave(late.user))
    expect(await world.until(world.peers.room(room).sharedFiles(late.user))).toMatchObject({
      refused: { kind: 'forbidden' },
    })
  })

  test.each([
    ['rooms kept the list', forgetList],
    ['the list was kept newest first', numberList],
  ])('O7: what was named before %s is in it, and so is what is named meanwhile', async (_when, asBefore) => {
    await say(['One', 2], 'Between', ['Two', 1])
    await asBefore()
    await say(['Three', 1])
    expect((await listed(two.user)).seqs).toEqual([5, 4, 2])
    world.machine.evictActor(`room/${room}`)
    expect((await listed(two.user)).seqs).toEqual([5, 4, 2])
    expect(await world.disk.open(`room/${room}`).page('shared', undefined, 10)).toEqual([])
  })

  test('O7: a file that was named again when the list was kept otherwise is told of at both places', async () => {
    await say(['One', 1])
    const again = lastKept
    await say('Between')
    said++
    await world.until(
      world.peers.room(room).send([{ user: one.user, producer, n: said, text: 'Again', files: [again] }]),
    )
    await numberList()
    expect((await listed(two.user)).seqs).toEqual([4, 2])
  })

  test.each([
    ['', forgetList],
    [' from one that was kept otherwise', numberList],
  ])('O7: so it is where the list was being made%s when the host ended', async (_from, asBefore) => {
    await say(...Array.from({ length: 600 }, (_, i): [string, number] => [`File ${i}`, 1]))
    await asBefore()
    const asked = world.peers.room(room).sharedFiles(two.user)
    world.machine.evictActor(`room/${room}`)
    await world.until(asked.catch(() => {}))
    expect((await listed(two.user)).seqs[0]).toBe(601)
    expect((await listed(two.user, 60)).seqs).toEqual(Array.from({ length: 50 }, (_, i) => 59 - i))
  })

  test('O7: through a socket, in its turn', async () => {
    await say(['One', 1])
    const socket = await world.enter(two)
    const { records, more } = await socket.ask({ type: 'list-files', id: 7, room }, 'files')
    expect([records, more]).toMatchObject([[{ seq: 2, text: 'One', files: [{ name: 'notes.txt' }] }], false])
  })

  /** As in a room of before: it has the files, and no list of who names them. */
  async function forgetList(): Promise<void> {
    const disk = world.disk.open(`room/${room}`)
    const rows = await disk.page('shared-files', undefined, 10_000)
    await world.until(disk.commit({ writes: rows.map(([key]) => ({ table: 'shared-files', key })) }))
    world.machine.evictActor(`room/${room}`)
  }

  /** As in a room of before: it has the list by the numbers of the messages, with a mark at 0 that it is whole. */
  async function numberList(): Promise<void> {
    const disk = world.disk.open(`room/${room}`)
    const rows = await disk.page('shared-files', undefined, 10_000)
    const places = [0, ...rows.map(([key]) => Number.MAX_SAFE_INTEGER - Number(key))]
    const value = Uint8Array.of(1)
    await world.until(disk.commit({ writes: places.map((key) => ({ table: 'shared', key, value })) }))
    await forgetList()
  }

  async function invitation(): Promise<string> {
    const invited = await world.until(world.peers.user(one.user).createInvitation(1))
    return 'ok' in invited ? invited.ok.code : ''
  }
})
