import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Member } from '../support/member.ts'
import { type Person, TOUCH } from '../support/person.ts'
import { standsStill } from '../support/read-line.ts'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest()

test('whoever turns to a conversation can type at once', async () => {
  const [bob, alice] = await stage().meet('bob', 'alice')
  await alice.writeTo(bob)
  await expect.poll(() => alice.focused()).toBe('Message Bob')
  await alice.createGroup('Plans', [bob])
  await expect.poll(() => alice.focused()).toBe('Message Plans')
  for (const name of ['Bob', 'Plans', 'Plans']) {
    await alice.open(name)
    await expect.poll(() => alice.focused()).toBe(`Message ${name}`)
  }
  await alice.open('Bob')
  await alice.writeTo(bob)
  await expect.poll(() => alice.focused()).toBe('Message Bob')
})

test('where people type on the screen no keyboard comes unasked, Enter breaks the line and the button sends', async () => {
  const [bob, alice] = await stage().meet('bob', 'alice')
  await alice.writeTo(bob)
  const phone = await stage().newcomer('alice', TOUCH)
  await phone.logIn(stage().origin)
  await phone.open('Bob')
  expect(await phone.focused()).not.toBe('Message Bob')
  await phone.composer.fill('One')
  await phone.composer.press('Enter')
  await phone.composer.pressSequentially('Two')
  expect(await phone.composer.inputValue()).toBe('One\nTwo')
  await phone.page.getByRole('button', { name: 'Send' }).click()
  await phone.timeline.sees('Two')
  expect(await phone.timeline.texts()).toEqual(['One\nTwo'])
})

test('a conversation with many unread messages opens at the first of them and stays there, and the rest stays unread', async () => {
  const [alice, bob] = await stage().meet('alice', 'bob')
  const room = await alice.open(undefined, [bob])
  await alice.sayAll(room, lines(1, 30, 'Read'))
  await bob.open('Alice')
  await bob.page.getByRole('button', { name: /new messages/ }).click()
  await bob.hasUnread('Alice', 0)
  await bob.openSettings()
  await alice.sayAll(room, lines(1, 40))
  await bob.hasUnread('Alice', 40)

  // Only the newest fifty are there at first: what is older comes in above while it is looked at.
  const elsewhere = await stage().newcomer('bob')
  await elsewhere.logIn(stage().origin)
  await elsewhere.hasUnread('Alice', 40)
  await elsewhere.open('Alice')
  await expect.poll(async () => (await elsewhere.timeline.rows())[0]?.seq).toBeLessThan(20)
  await expect.poll(() => isInSight(elsewhere, elsewhere.page.getByText('Line 1', { exact: true }))).toBe(true)
  await elsewhere.page.getByRole('button', { name: /new messages/ }).click()
  await elsewhere.timeline.sees('Line 40')
  await elsewhere.hasUnread('Alice', 0)
  await expect.poll(() => canJump(elsewhere)).toBe(false)
})

test.each([
  ['a desktop', {}],
  ['a phone', TOUCH],
] as const)(
  'where more is unread than there is room for, the line above it is at the top of the view on %s',
  async (_, options) => {
    const [alice, bob] = await stage().meet('alice', 'bob')
    const room = await alice.open(undefined, [bob])
    await alice.sayAll(room, lines(1, 30))
    await bob.hasUnread('Alice', 30)
    const elsewhere = await stage().newcomer('bob', options)
    await elsewhere.logIn(stage().origin)
    await elsewhere.hasUnread('Alice', 30)
    await elsewhere.open('Alice')
    await elsewhere.timeline.sees('Line 1')
    await standsStill(elsewhere.page)
    expect(await isInSight(elsewhere, elsewhere.page.getByText('New', { exact: true }))).toBe(true)
    expect(await canJump(elsewhere)).toBe(true)
  },
)

test('a page that is loaded where a conversation is opens at the first message that came meanwhile', async () => {
  const [alice, bob] = await stage().meet('alice', 'bob')
  const room = await alice.open(undefined, [bob])
  await alice.sayAll(room, lines(1, 30, 'Read'))
  await bob.open('Alice')
  await bob.page.getByRole('button', { name: /new messages/ }).click()
  await bob.hasUnread('Alice', 0)
  const { page } = bob
  const address = page.url()
  await page.goto('about:blank')
  await alice.sayAll(room, lines(1, 30))
  await page.goto(address)
  await bob.timeline.sees('Line 1')
  await expect.poll(() => isInSight(bob, page.getByText('New', { exact: true }))).toBe(true)
  await standsStill(page)
  expect(await canJump(bob)).toBe(true)
})

test('the way to the newest message is offered only where it is out of sight, also after unsent ones', async () => {
  const [bob, alice] = await stage().meet('bob', 'alice')
  await inTheMiddleOfATalk(alice, bob)
  await alice.createGroup('Plans', [bob])
  await stage().withoutHost([alice], async () => {
    await alice.open('Bob')
    for (let n = 31; n <= 60; n++) await alice.say(`Line ${n}`)
    for (const name of ['Plans', 'Bob', 'Plans', 'Bob']) await alice.open(name)
    await alice.timeline.seesWaiting('Line 60')
    await expect.poll(() => canJump(alice)).toBe(false)
    await alice.timeline.message('Line 60').hover()
    await alice.page.mouse.wheel(0, -900)
    await expect.poll(() => canJump(alice)).toBe(true)
    await alice.page.getByRole('button', { name: 'Go to the newest message' }).click()
    await expect.poll(() => canJump(alice)).toBe(false)
  })
  await alice.timeline.sees('Line 60')
  await expect.poll(() => canJump(alice)).toBe(false)
})

test('the newest message stays in sight while a text of several lines is typed', async () => {
  const [bob, alice] = await stage().meet('bob', 'alice')
  await inTheMiddleOfATalk(alice, bob)
  await alice.composer.fill('One\nTwo\nThree\nFour')
  await alice.composer.pressSequentially(' and five')
  await standsStill(alice.page)
  expect(await isInSight(alice, alice.timeline.message('Line 30'))).toBe(true)
})

test('a message that this device could not keep is back in the field, and the newest one stays in sight', async () => {
  const [bob, alice] = await stage().meet('bob', 'alice')
  await inTheMiddleOfATalk(alice, bob)
  await alice.page.evaluate(() => {
    const { put } = IDBObjectStore.prototype
    IDBObjectStore.prototype.put = function (...row) {
      if (this.name === 'client') throw new DOMException('the disk is full', 'QuotaExceededError')
      return put.apply(this, row)
    }
  })
  await alice.composer.fill('Too much\nfor this\ndisk')
  await alice.composer.press('Enter')
  await alice.page.getByText(alice.t.room.notKept).waitFor()
  expect(await alice.composer.inputValue()).toBe('Too much\nfor this\ndisk')
  await standsStill(alice.page)
  expect(await isInSight(alice, alice.timeline.message('Line 30'))).toBe(true)
  expect(await canJump(alice)).toBe(false)
})

function lines(from: number, to: number, word = 'Line'): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `${word} ${from + i}`)
}

/** Line 30 is the newest, and more have come than there is room for. */
async function inTheMiddleOfATalk(reader: Person, writer: Member): Promise<void> {
  await reader.writeTo(writer)
  await writer.sayAll(await writer.open(undefined, [reader]), lines(1, 30))
  await reader.timeline.sees('Line 30')
}

async function canJump({ page }: Person): Promise<boolean> {
  return (await page.getByRole('button', { name: /new message|newest message/ }).count()) > 0
}

async function isInSight({ page }: Person, row: Locator): Promise<boolean> {
  const [list, place] = [await page.getByRole('region', { name: 'Messages' }).boundingBox(), await row.boundingBox()]
  return list !== null && place !== null && place.y >= list.y && place.y + place.height <= list.y + list.height
}
