import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ok } from '#protocol/errors.ts'
import { toUtf8 } from '#protocol/text.ts'
import { declarationOf, sendFile } from '#tests/support/files.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'

describe('attempts to send a file that overlap', () => {
  let world: SmallWorld
  let one: Member

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one] = (await world.members('one')) as [Member]
  })

  const bytes = toUtf8('what is in it')
  const of = ({ user }: Member) => world.peers.user(user)
  const asked = <T>(answer: Promise<T>) => world.until(answer)

  test('O1: what comes late of an attempt before is not taken for what was looked at', async () => {
    const file = await sendFile(world, one, bytes)
    const [late = ''] = world.machine.objects.keys
    const signed = await asked(of(one).signUpload(file))
    if ('refused' in signed) throw new Error(signed.refused.reason)
    for (const put of signed.ok) world.machine.objects.take(put, bytes)
    expect(await asked(of(one).finishUpload(file))).toEqual(ok('kept'))
    world.machine.objects.force(late, toUtf8('something else'))
    expect(await world.table('user', one.user, 'files')).toMatchObject([
      [file, { key: expect.not.stringContaining(late) }],
    ])
  })

  test('O1: a file that was given up and declared anew has nothing of what was said of it before', async () => {
    const file = await sendFile(world, one, bytes)
    const verify = vi.spyOn(world.machine.objects, 'verify').mockImplementationOnce(async () => {
      await of(one).dropFile(file)
      await of(one).declareFile(declarationOf(file, bytes))
      return ok('equal')
    })
    expect(await asked(of(one).finishUpload(file))).toMatchObject({ refused: { kind: 'not-found' } })
    verify.mockRestore()
    expect(await asked(of(one).finishUpload(file))).toMatchObject({ refused: { kind: 'not-uploaded' } })
  })
})
