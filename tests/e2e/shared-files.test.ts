import type { Locator } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { RoomId } from '#protocol/ids.ts'
import { apart } from '#web/i18n/apart.ts'
import { count } from '../support/counts.ts'
import type { Member } from '../support/member.ts'
import { type Person, TOUCH } from '../support/person.ts'
import { png } from '../support/png.ts'
import { saved } from '../support/sharing.ts'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest()

const NOTES = Buffer.from('What we took with us')
const WIDTH = 900
const HEIGHT = 300

async function sendsFile(member: Member, room: RoomId, text: string, name: string, type: string, bytes: Buffer) {
  const size = type.startsWith('image/') ? { size: { width: WIDTH, height: HEIGHT } } : {}
  const file = { name, type, bytes: new Blob([new Uint8Array(bytes)]), ...size }
  const { head } = await member.sees(room, () => true)
  await member.snug.sendFiles(room, text, [file])
  await member.sees(room, (view) => view.head > head)
}

async function showFiles({ page, t }: Person): Promise<Locator> {
  await page.getByRole('button', { name: t.room.showFiles }).click()
  return page.getByRole('dialog', { name: t.shared.title })
}

/** A file, so much talk that a new device does not get it, and a picture. */
async function aLongTalk(alice: Member, bob: Person): Promise<void> {
  const room = await alice.open(undefined, [bob])
  await sendsFile(alice, room, 'The list', 'list.txt', 'text/plain', NOTES)
  await alice.sayAll(
    room,
    Array.from({ length: 120 }, (_, i) => `Line ${i + 1}`),
  )
  await sendsFile(alice, room, 'The lake', 'lake.png', 'image/png', png(WIDTH, HEIGHT))
}

const DESKTOP = ['a desktop', {}] as const

describe.each(count([DESKTOP], [DESKTOP, ['a phone', TOUCH] as const]))('on %s', (_, options) => {
  test('pictures and other files of a conversation are found, also older ones than the device holds when there is a connection, and shown where they stand', async () => {
    const [alice, bob] = await stage().meet('alice', 'bob')
    await aLongTalk(alice, bob)
    const elsewhere = await stage().newcomer('bob', options)
    await elsewhere.logIn(stage().origin)
    await elsewhere.open('Alice')
    const { page, t } = elsewhere
    await elsewhere.goOffline()
    const files = await showFiles(elsewhere)
    await files.getByText(t.shared.offline).waitFor()
    await elsewhere.goOnline()

    const thumbnail = files.getByRole('list', { name: t.shared.pictures }).getByRole('img', { name: 'lake.png' })
    await expect.poll(() => thumbnail.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(WIDTH)
    await files.getByRole('button', { name: t.files.open('lake.png') }).click()
    await page.getByRole('dialog', { name: 'lake.png' }).getByAltText('lake.png').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'lake.png' }).waitFor({ state: 'detached' })
    expect(await elsewhere.focused()).toBe(t.files.open('lake.png'))

    await files.getByRole('radio', { name: t.shared.others }).check()
    await files.getByText('list.txt').waitFor()
    await files.getByText(`20 bytes · ${apart('Alice')} · `).waitFor()
    expect((await saved(elsewhere, 'list.txt')).equals(NOTES)).toBe(true)
    await files.getByRole('button', { name: t.shared.showOf('list.txt') }).click()
    await files.waitFor({ state: 'detached' })
    const message = elsewhere.timeline.message('The list')
    await expect.poll(() => isInSight(elsewhere, message)).toBe(true)
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('The list')
  })
})

test('where nothing was sent it is said; what is sent is there at once, and stays without a connection', async () => {
  const [alice, bob] = await stage().meet('alice', 'bob')
  const room = await alice.open(undefined, [bob])
  await bob.open('Alice')
  const { page, t } = bob
  const files = await showFiles(bob)
  await files.getByText(t.shared.empty).waitFor()
  await sendsFile(alice, room, 'The list', 'list.txt', 'text/plain', NOTES)
  await files.getByText('list.txt').waitFor()
  await page.keyboard.press('Escape')
  await files.waitFor({ state: 'detached' })
  expect(await bob.focused()).toBe(t.room.showFiles)

  await bob.goOffline()
  await showFiles(bob)
  await files.getByText('list.txt').waitFor()
  await bob.goOnline()
})

async function isInSight({ page }: Person, row: Locator): Promise<boolean> {
  const [list, place] = [await page.getByRole('region', { name: 'Messages' }).boundingBox(), await row.boundingBox()]
  return list !== null && place !== null && place.y >= list.y && place.y + place.height <= list.y + list.height
}
