import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Member } from '../support/member.ts'
import { PASSWORD, type Person } from '../support/person.ts'
import { standsStill } from '../support/read-line.ts'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest()
const MANY_KEYS = 60

test('from the invitation to the log-out without a mouse: the focus is always seen, never lost, and where it is needed', async () => {
  const bob = await stage().owner('bob')
  const eve = await stage().newcomer('eve')
  await comesIn(eve, await stage().linkBy(bob))
  await opensGroup(eve)
  await writesAndReads(eve, bob)
  await looksAtMembers(eve)
  await changesConversation(eve)
  await leavesGroup(eve)
  await logsOut(eve)
})

async function comesIn(eve: Person, invitation: string): Promise<void> {
  await eve.page.goto(invitation)
  await isAt(eve, 'Name')
  await type(eve, 'Eve', 'Tab')
  await type(eve, 'eve', 'Tab')
  await type(eve, PASSWORD, 'Tab')
  await isAt(eve, 'Show password')
  await press(eve, 'Tab', 'Create account')
  await eve.isIn()
  await eve.isConnected('live')
}

async function opensGroup(eve: Person): Promise<void> {
  const { page } = eve
  await press(eve, 'Tab', 'New conversation')
  await isAt(eve, 'Their handle')
  await page.keyboard.press('Escape')
  await isAt(eve, 'New conversation')
  await page.keyboard.press('Enter')
  await isAt(eve, 'Their handle')
  await go(eve, 'Shift+Tab', 'Message')
  await page.keyboard.press('ArrowRight')
  await go(eve, 'Tab', 'Group name')
  await type(eve, 'Walks', 'Tab')
  await type(eve, 'bob', 'Enter')
  await press(eve, 'Tab', 'Remove Bob')
  await isAt(eve, 'Members')
  await type(eve, 'bob', 'Enter')
  await page.getByRole('button', { name: 'Remove Bob' }).waitFor()
  await press(eve, 'Tab', 'Create group')
  await isAt(eve, 'Message Walks')
}

async function writesAndReads(eve: Person, bob: Member): Promise<void> {
  const { page, timeline } = eve
  await type(eve, 'Shall we?', 'Enter')
  await timeline.sees('Shall we?')
  await isAt(eve, 'Message Walks')
  const [walks] = bob.snug.rooms.keys()
  const said = await saidAloud(page)
  for (let n = 1; n <= 40; n++) {
    if (walks) await bob.say(walks, `Line ${n}`)
    await timeline.sees(`Line ${n}`)
  }
  await expect.poll(async () => (await said()).at(-1)).toBe('\u2068Bob\u2069: Line 40')
  const words = await said()
  expect(words).toEqual([...new Set(words)])

  await go(eve, 'Shift+Tab', 'Messages')
  await page.keyboard.press('Home')
  await expect.poll(() => isInSight(eve, 'Line 40')).toBe(false)
  await page.keyboard.press('PageDown')
  await page.keyboard.press('End')
  await expect.poll(() => isInSight(eve, 'Line 40')).toBe(true)
  await page.keyboard.press('PageUp')
  await expect.poll(() => isInSight(eve, 'Line 40')).toBe(false)
  // Keys scroll smoothly, and what is left of that would be added.
  await standsStill(page)
  await press(eve, 'Tab', 'Go to the newest message')
  await expect.poll(() => isInSight(eve, 'Line 40')).toBe(true)
  await isAt(eve, 'Messages')
  expect(await said(), 'what is read again is not said again').toEqual(words)
}

async function looksAtMembers(eve: Person): Promise<void> {
  const { page } = eve
  await press(eve, 'Shift+Tab', 'Show members')
  await page.getByRole('list', { name: 'Members' }).waitFor()
  await press(eve, 'Tab', 'Leave group')
  await isAt(eve, 'Cancel')
  await page.keyboard.press('Escape')
  await isAt(eve, 'Leave group')
  await page.keyboard.press('Escape')
  await isAt(eve, 'Show members')
}

async function changesConversation(eve: Person): Promise<void> {
  await press(eve, 'Shift+Tab', 'New conversation')
  await isAt(eve, 'Their handle')
  await type(eve, 'bob', 'Enter')
  await isAt(eve, 'Message Bob')
  await press(eve, 'Shift+Tab', /Walks.*Line 40/)
  await isAt(eve, 'Message Walks')
}

async function leavesGroup(eve: Person): Promise<void> {
  await press(eve, 'Shift+Tab', 'Show members')
  await eve.page.getByRole('list', { name: 'Members' }).waitFor()
  await press(eve, 'Tab', 'Leave group')
  await isAt(eve, 'Cancel')
  await press(eve, 'Shift+Tab', 'Leave')
  await isAt(eve, 'New conversation')
}

/** First another device, then this one. */
async function logsOut(eve: Person): Promise<void> {
  const { page } = eve
  const elsewhere = await stage().newcomer('eve')
  await elsewhere.logIn(stage().origin)
  await press(eve, 'Shift+Tab', 'Settings')
  await isAt(eve, 'Settings')
  await press(eve, 'Tab', /^Log out Chrom/)
  await isAt(eve, 'Cancel')
  await page.keyboard.press('Enter')
  await isAt(eve, /^Log out Chrom/)
  await page.keyboard.press('Enter')
  await isAt(eve, 'Cancel')
  await press(eve, 'Shift+Tab', 'Log out')
  await elsewhere.isAtTheDoor()
  await isAt(eve, 'Devices')
  await press(eve, 'Tab', 'Log out')
  await isAt(eve, 'Cancel')
  await press(eve, 'Shift+Tab', 'Log out')
  await eve.isAtTheDoor()
  await isAt(eve, 'Handle')
}

/** What has the focus, by the name that is read aloud. */
async function focus({ page }: Person): Promise<string> {
  const { name, isSeen } = await page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) return { name: 'nothing', isSeen: true }
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined
    const hasRing = (of: Element | null) => of !== null && getComputedStyle(of).outlineStyle !== 'none'
    // Of radio buttons and of fields with something before or behind them the ring is around another element.
    const isSeen = [element, element.nextElementSibling, element.parentElement].some(hasRing)
    return { name: element.getAttribute('aria-label') ?? label ?? element.textContent, isSeen }
  })
  expect(isSeen, `the focus is seen on ${name}`).toBe(true)
  return name
}

function isAt(person: Person, name: string | RegExp): Promise<void> {
  const expected = typeof name === 'string' ? new RegExp(`^${name}$`) : name
  return expect.poll(() => focus(person)).toMatch(expected)
}

/** Goes on with a key until something of this name has the focus: a trap would never lead there. */
async function go(person: Person, key: 'Tab' | 'Shift+Tab', name: string | RegExp): Promise<void> {
  const passed: string[] = []
  while (passed.length < MANY_KEYS) {
    await person.page.keyboard.press(key)
    const here = await focus(person)
    if (typeof name === 'string' ? here === name : name.test(here)) return
    passed.push(here)
  }
  expect(passed, `${key} leads to ${name}`).toContain(name)
}

async function press(person: Person, way: 'Tab' | 'Shift+Tab', name: string | RegExp): Promise<void> {
  await go(person, way, name)
  await person.page.keyboard.press('Enter')
}

async function type({ page }: Person, text: string, key: string): Promise<void> {
  await page.keyboard.type(text)
  await page.keyboard.press(key)
}

/** Each new text of the places that are read aloud, from now on. */
async function saidAloud(page: Page): Promise<() => Promise<string[]>> {
  const texts = await page.evaluateHandle(() => {
    const said: string[] = []
    const last = new Map<Element, string>()
    const look = () => {
      for (const place of document.querySelectorAll('[aria-live=polite]')) {
        const text = place.textContent
        if (text !== '' && text !== last.get(place)) said.push(text)
        last.set(place, text)
      }
    }
    look()
    said.length = 0
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    return said
  })
  return () => texts.evaluate((said) => said)
}

async function isInSight({ page, timeline }: Person, text: string): Promise<boolean> {
  const row = timeline.message(text)
  if ((await row.count()) === 0) return false
  const [list, place] = [await page.getByRole('region', { name: 'Messages' }).boundingBox(), await row.boundingBox()]
  return list !== null && place !== null && place.y >= list.y && place.y + place.height <= list.y + list.height
}
