import { expect, test } from 'vitest'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest()

test('what was written offline survives closing the tab, and is sent when somebody opens the page again', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  await alice.say('First')
  await bob.open('Alice')
  await alice.goOffline()
  await alice.say('Kept')
  await alice.timeline.seesWaiting('Kept')
  const later = await stage().newTab(alice)
  await later.page.context().setOffline(false)
  await later.page.goto(stage().origin)
  await bob.timeline.sees('Kept')
  expect(await bob.timeline.texts()).toEqual(['First', 'Kept'])
})

test('an open page stays readable while the server is gone, and opens another conversation from its cache', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  for (const n of [1, 2, 3]) await alice.say(`Line ${n}`)
  await alice.createGroup('Plans', [bob])
  await alice.say('In the group')
  await bob.open('Plans')
  await bob.timeline.sees('In the group')
  await stage().withoutHost([alice, bob], async () => {
    await bob.open('Alice')
    await bob.timeline.sees('Line 3')
    expect(await bob.timeline.texts()).toEqual(['Line 1', 'Line 2', 'Line 3'])
  })
})
