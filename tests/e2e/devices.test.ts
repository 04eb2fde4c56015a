import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { PHONE } from '../support/person.ts'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest()

test('a device that is logged out from another one forgets everything and asks to log in', async () => {
  const [bob, alice] = await stage().meet('bob', 'alice')
  await alice.writeTo(bob)
  await alice.say('Private')
  const phone = await stage().newcomer('alice', { viewport: PHONE })
  await phone.logIn(stage().origin)
  await phone.room('Bob').waitFor()
  const notices = await noticesOf(phone.page)
  await alice.openSettings()
  await alice.page.getByRole('button', { name: /^Log out / }).click()
  await alice.page.getByRole('alert').getByRole('button', { name: 'Log out' }).click()
  await phone.page.getByText('This device was logged out. Log in again to go on.').waitFor()
  await phone.isAtTheDoor()
  expect(await phone.rowsKept()).toBe(0)
  await phone.isConnected('live')
  expect(await notices()).toEqual([phone.t.entrance.revoked])
})

test('a device that is logged out while it has messages to send says how many are lost', async () => {
  const [bob, alice] = await stage().meet('bob', 'alice')
  await alice.writeTo(bob)
  const phone = await stage().newcomer('alice', { viewport: PHONE })
  await phone.logIn(stage().origin)
  await phone.open('Bob')
  await phone.goOffline()
  for (const text of ['One', 'Two']) {
    await phone.say(text)
    await phone.timeline.seesWaiting(text)
  }
  await alice.openSettings()
  await alice.page.getByRole('button', { name: /^Log out / }).click()
  await alice.page.getByRole('alert').getByRole('button', { name: 'Log out' }).click()
  await expect.poll(() => alice.page.getByRole('button', { name: /^Log out / }).count()).toBe(0)
  await phone.goOnline()
  await phone.isAtTheDoor()
  await phone.page.getByText('2 messages that had not been sent are lost.').waitFor()
  expect(await phone.rowsKept()).toBe(0)
})

test('who logs out leaves nothing behind, and finds everything again', async () => {
  const [bob, alice] = await stage().meet('bob', 'alice')
  await alice.writeTo(bob)
  await alice.say('Private')
  await alice.timeline.sees('Private')
  await alice.logOut()
  await alice.isAtTheDoor()
  expect(await alice.rowsKept()).toBe(0)
  await alice.logIn(stage().origin)
  await alice.open('Bob')
  await alice.timeline.sees('Private')
})

/** Everything that was said above a form from now on, however briefly. */
async function noticesOf(page: Page): Promise<() => Promise<string[]>> {
  const notices = await page.evaluateHandle(() => {
    const seen = new Set<string>()
    const look = () => {
      for (const notice of document.querySelectorAll('form :is([role=status], [role=alert])'))
        seen.add(notice.textContent)
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    return seen
  })
  return () => notices.evaluate((seen) => [...seen])
}
