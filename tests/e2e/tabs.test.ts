import { expect, test } from 'vitest'
import { MAPPED_NAME } from '../support/browser.ts'
import type { Person } from '../support/person.ts'
import { stageOfEachTest } from '../support/stage.ts'

// Where a page has no locks, which would make some of this easy.
const stage = stageOfEachTest({ name: MAPPED_NAME })

/** Another tab of the same person, at the same conversation. */
async function tabBeside(person: Person, name: string): Promise<Person> {
  const tab = await stage().secondTab(person)
  await tab.page.goto(stage().origin)
  await tab.isConnected('live')
  await tab.open(name)
  return tab
}

test('two tabs of one account agree on what is sent, read and drafted, with a connection and without', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  const tab = await tabBeside(alice, 'Bob')
  await alice.say('From one')
  await tab.timeline.sees('From one')
  await tab.say('From the other')
  await alice.timeline.sees('From the other')

  await tab.openSettings()
  await alice.openSettings()
  await bob.open('Alice')
  await bob.say('To both')
  await Promise.all([alice.hasUnread('Bob', 1), tab.hasUnread('Bob', 1)])
  await alice.open('Bob')
  await Promise.all([alice.hasUnread('Bob', 0), tab.hasUnread('Bob', 0)])

  await tab.open('Bob')
  await alice.composer.fill('Half a tho')
  await expect.poll(() => tab.composer.inputValue()).toBe('Half a tho')
  await tab.composer.fill('')
  await expect.poll(() => alice.composer.inputValue()).toBe('')

  tab.watch.networkLost()
  await alice.goOffline()
  await alice.say('Waits in one')
  await tab.timeline.seesWaiting('Waits in one')
  await tab.say('Waits in the other')
  await alice.timeline.seesWaiting('Waits in the other')
  await alice.goOnline()
  const texts = ['From one', 'From the other', 'To both', 'Waits in one', 'Waits in the other']
  for (const person of [alice, tab, bob]) {
    await person.timeline.sees('Waits in one')
    await person.timeline.sees('Waits in the other')
    expect((await person.timeline.texts()).toSorted()).toEqual(texts.toSorted())
  }
})

test('what a tab that crashed has left unsent is sent by another one that is open: in order, once, and as it was', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  await alice.say('Before')
  const tab = await tabBeside(alice, 'Bob')
  await bob.open('Alice')
  tab.watch.networkLost()
  await alice.goOffline()
  const left = ['One', 'Two', 'Three', 'Four']
  for (const text of left) await alice.say(text)
  await tab.timeline.seesWaiting('Four')
  await alice.crash()
  await tab.goOnline()
  await bob.timeline.sees('Four')
  await tab.timeline.sees('Four')
  for (const person of [bob, tab]) expect(await person.timeline.texts()).toEqual(['Before', ...left])
})

test('who logs out in one tab is logged out in all, nothing stays, and who logs in then is in all and finds nothing of theirs', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  await alice.createGroup('Plans', [bob])
  const tab = await tabBeside(alice, 'Plans')
  await stage().withoutHost([alice, tab, bob], async () => {
    await alice.open('Plans')
    await alice.say('Never sent')
    await tab.composer.fill('Never finished')
    await alice.logOut()
    await Promise.all([alice.isAtTheDoor(), tab.isAtTheDoor()])
    await expect.poll(() => tab.rowsKept()).toBe(0)
  })
  await alice.logInAs(bob)
  await tab.isIn()
  for (const person of [alice, tab]) {
    await person.open('Plans')
    expect(await person.composer.inputValue()).toBe('')
  }
  await bob.open('Plans')
  await bob.say('The first word')
  await tab.timeline.sees('The first word')
  expect(await tab.timeline.texts()).toEqual(['The first word'])
  expect(await bob.timeline.texts()).toEqual(['The first word'])
})

test('one who logs out in another tab is not told that somebody else has done it', async () => {
  const [bob, alice] = await stage().meet('bob', 'alice')
  await alice.writeTo(bob)
  const tab = await tabBeside(alice, 'Bob')
  await alice.logOut()
  await Promise.all([alice.isAtTheDoor(), tab.isAtTheDoor()])
  await tab.isConnected('live')
  expect(await tab.page.getByText(tab.t.entrance.revoked).count()).toBe(0)
})

test('of two who log in at the same moment in two tabs one is in, in both', async () => {
  const [bob, alice] = await stage().meet('bob', 'alice')
  const tab = await stage().secondTab(alice)
  await alice.logOut()
  for (const { page } of [alice, tab]) await page.goto(`${stage().origin}/login`)
  await Promise.allSettled([alice.logInAs(alice), tab.logInAs(bob)])
  const profile = ({ page }: Person) => page.getByRole('region', { name: 'Profile' }).textContent()
  for (const { page } of [alice, tab]) await page.goto(`${stage().origin}/settings`)
  await alice.openSettings()
  await tab.openSettings()
  expect(await profile(alice)).toBe(await profile(tab))
})
