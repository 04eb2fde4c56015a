import { expect, test } from 'vitest'
import { everyEvent } from '#tests/support/every-event.ts'
import { SmallWorld } from '#tests/support/small-world.ts'
import { weaknessOf } from './weak-passwords.ts'

test.each([
  ['short', 'x7q-f!z', 'at least 8 characters'],
  ['the handle', 'Somebody', 'not the handle'],
  ['common', 'password', 'one of the commonest passwords'],
  ['common, in capitals', 'QwertyUIOP', 'one of the commonest passwords'],
  ['spaces only', '        ', 'more than one character, repeated'],
  ['one letter, again and again', 'xXxxXXxxxxxx', 'more than one character, repeated'],
  ['one picture, again and again', '🦊'.repeat(9), 'more than one character, repeated'],
  ['none of these', 'a long password', undefined],
])('A12: %s', (_, password, weakness) => {
  expect(weaknessOf(password, 'somebody')).toBe(weakness)
})

test('A12: a registration with such a password is refused, and nothing of it is kept', async () => {
  const world = await SmallWorld.start()
  const socket = await world.socket()
  const [user, device] = [world.id('user'), world.id('device')]
  const ids = { room: world.id('group'), producer: world.id('producer'), file: world.id('file') }
  const { hello, register } = everyEvent({ user, device, ...ids, token: '' })
  await socket.ask(hello, 'welcome')
  const answer = await socket.ask({ ...register, password: 'iloveyou' }, 'failed')
  expect(answer.refusal).toMatchObject({ kind: 'weak-password', reason: 'one of the commonest passwords' })
  expect(await world.table('user', user, 'account')).toEqual([])
})
