import type { Browser } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { NodeHostProcess } from '../support/node-host.ts'
import { Person } from '../support/person.ts'
import { meet, talkThroughTrouble } from '../support/two-browsers.ts'

describe('two people at real browsers', () => {
  let host: NodeHostProcess
  let browser: Browser

  beforeEach(async () => {
    host = await NodeHostProcess.start({ built: true })
    browser = await openBrowser()
  })

  afterEach(async () => {
    await browser.close()
    await host.dispose()
  })

  test('register by invitation, talk, reload, go offline, write, return: the same order, nothing lost or twice', async () => {
    const [alice, bob] = await meet(browser, host.url, host.invitation ?? '')
    await talkThroughTrouble(alice, bob, host)
    await alice.expectNoTrouble()
    await bob.expectNoTrouble()
  })

  test('what was written offline survives closing the tab, and is sent when somebody opens the page again', async () => {
    const [alice, bob] = await meet(browser, host.url, host.invitation ?? '')
    await alice.writeTo('bob')
    await alice.say('First')
    await bob.open('Alice')
    await alice.page.context().setOffline(true)
    await alice.isConnected('waiting')
    await alice.say('Kept')
    await alice.page.locator('article[data-state="waiting"]').waitFor()
    await alice.page.close()
    const page = await alice.page.context().newPage()
    await alice.page.context().setOffline(false)
    await page.goto(host.url)
    await bob.sees('Kept')
    expect((await bob.shown()).map(({ text }) => text)).toEqual(['First', 'Kept'])
  })

  test('an open page stays readable while the server is gone, and opens another conversation from its cache', async () => {
    const [alice, bob] = await meet(browser, host.url, host.invitation ?? '')
    await alice.writeTo('bob')
    for (const n of [1, 2, 3]) await alice.say(`Line ${n}`)
    await alice.createGroup('Plans', ['bob'])
    await alice.say('In the group')
    await bob.open('Plans')
    await bob.sees('In the group')
    await host.kill('SIGKILL')
    await bob.isConnected('waiting')
    await bob.open('Alice')
    await bob.sees('Line 3')
    expect((await bob.shown()).map(({ text }) => text)).toEqual(['Line 1', 'Line 2', 'Line 3'])
  })

  test('a device that is logged out from another one forgets everything and asks to log in', async () => {
    const [alice] = await meet(browser, host.url, host.invitation ?? '')
    await alice.writeTo('bob')
    await alice.say('Private')
    const phone = await Person.at(browser, { viewport: { width: 390, height: 844 } })
    await phone.logIn(host.url, 'alice')
    await phone.room('Bob').waitFor()
    await alice.page.getByRole('link', { name: 'Settings' }).click()
    await alice.page.getByRole('button', { name: /^Log out / }).click()
    await alice.page.getByRole('alert').getByRole('button', { name: 'Log out' }).click()
    await phone.page.getByText('This device was logged out. Log in again to go on.').waitFor()
    const kept = await phone.page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const opening = indexedDB.open('snug')
          opening.onerror = () => reject(opening.error)
          opening.onsuccess = () => {
            const counting = opening.result.transaction('client').objectStore('client').count()
            counting.onsuccess = () => resolve(counting.result)
          }
        }),
    )
    expect(kept).toBe(0)
  })

  test('whoever leaves a group sees nothing of it any more, and what comes after being added again', async () => {
    const [alice, bob] = await meet(browser, host.url, host.invitation ?? '')
    await alice.createGroup('Plans', ['bob'])
    await alice.say('Before')
    await bob.open('Plans')
    await bob.sees('Before')
    await bob.page.getByRole('button', { name: 'Show members' }).click()
    await bob.page.getByRole('button', { name: 'Leave group' }).click()
    await bob.page.getByRole('button', { name: 'Leave', exact: true }).click()
    await bob.room('Plans').waitFor({ state: 'detached' })
    await alice.say('Between')
    await alice.page.getByRole('button', { name: 'Show members' }).click()
    await alice.page.getByLabel('Add by handle').fill('bob')
    await alice.page.getByRole('dialog').getByRole('button', { name: 'Add' }).last().click()
    await bob.room('Plans').waitFor()
    await alice.page.getByRole('button', { name: 'Close' }).click()
    await alice.say('After')
    await bob.open('Plans')
    await bob.sees('After')
    expect((await bob.shown()).map(({ text }) => text)).toEqual(['After'])
  })
})
