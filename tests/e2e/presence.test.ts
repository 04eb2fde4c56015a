import { expect, test } from 'vitest'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest()

test('who is gone was last seen, in direct conversations alone', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.createGroup('Plans', [bob])
  await alice.writeTo(bob)
  await alice.sees('Online')
  await bob.page.close()
  await alice.open('Plans')
  await alice.sees('2 members')
  await alice.open('Bob')
  await alice.sees(/^Last seen 1 minute ago$/)
})

test('in a group the one who writes is named, and not to themselves', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.createGroup('Plans', [bob])
  await bob.open('Plans')
  await bob.composer.fill('Well')
  await alice.sees('Bob is writing…')
  expect(await bob.page.getByText('is writing').count()).toBe(0)
  await alice.page.getByRole('link', { name: 'Settings' }).click()
  await alice.room('Plans').getByText('Bob is writing…').waitFor()
  await bob.say('Well, well')
  await alice.room('Plans').getByText('Bob: Well, well').waitFor()
})
