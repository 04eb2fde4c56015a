import { createHash, randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { png } from '../support/png.ts'
import { attach, neverReads, saved, send } from '../support/sharing.ts'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest()

const WIDTH = 900
const HEIGHT = 300

/** As a folder of objects that was not restored with the rest. */
async function loseFiles(data: string): Promise<void> {
  const found = await readdir(data, { recursive: true, withFileTypes: true })
  const objects = found.filter((entry) => entry.isFile() && /(^|\/)objects(\/|$)/.test(entry.parentPath))
  expect(objects.length).toBeGreaterThan(0)
  for (const { parentPath, name } of objects) await rm(join(parentPath, name))
}

test('a picture and a file go with a text, are seen and saved by the other, and by nobody without a URL', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  const notes = randomBytes(400_000)
  await attach(
    alice,
    { name: 'lake.png', mimeType: 'image/png', buffer: png(WIDTH, HEIGHT) },
    { name: 'notes.bin', mimeType: 'application/octet-stream', buffer: notes },
  )
  await alice.composer.fill('From the lake')
  await send(alice)
  await alice.timeline.sees('From the lake')

  await bob.open('Alice')
  await bob.timeline.sees('From the lake')
  const picture = bob.page.getByAltText('lake.png')
  // A preview: the picture itself is had when it is opened.
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(640)
  await bob.page.getByRole('button', { name: bob.t.files.open('lake.png') }).click()
  const whole = bob.page.getByRole('dialog').getByAltText('lake.png')
  await expect.poll(() => whole.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(WIDTH)
  await bob.closeDialog()
  expect((await saved(bob, 'notes.bin')).equals(notes)).toBe(true)
  const source = (await picture.getAttribute('src')) ?? ''
  const tampered = await bob.page.request.get(
    new URL(source.replace(/signature=\w/, 'signature=-'), stage().origin).href,
  )
  expect(tampered.status()).toBe(403)
})

test('what was attached without a connection outlives a reload, and goes when there is one', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  await alice.goOffline()
  const bytes = randomBytes(100_000)
  await attach(alice, { name: 'plan.pdf', mimeType: 'application/pdf', buffer: bytes })
  await send(alice)
  await alice.page.locator('[data-upload]').waitFor()
  await alice.page.context().setOffline(false)
  const again = await stage().newTab(alice)
  await again.page.goto(stage().origin)
  await again.open('Bob')
  await bob.open('Alice')
  const got = await saved(bob, 'plan.pdf')
  expect(createHash('sha256').update(got).digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'))
  await expect.poll(() => again.page.locator('[data-upload]').count()).toBe(0)
})

test('a large file is shown while it is made ready, outlives a reload meanwhile, and arrives', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  await neverReads(alice)
  const bytes = randomBytes(3_000_000)
  await attach(alice, { name: 'film.bin', mimeType: 'application/octet-stream', buffer: bytes })
  await alice.composer.fill('The film')
  await send(alice)
  await alice.page.locator('[data-upload]').getByText(alice.t.files.preparing('0 bytes', '3 MB')).waitFor()
  await alice.page.getByRole('progressbar', { name: alice.t.files.makingReady }).waitFor()
  expect(await alice.composer.inputValue()).toBe('')
  await alice.page.reload()
  await bob.open('Alice')
  await bob.timeline.sees('The film')
  expect((await saved(bob, 'film.bin')).equals(bytes)).toBe(true)
  await expect.poll(() => alice.page.locator('[data-upload]').count()).toBe(0)
})

test('what one tab sends another only shows, and sends when the first has crashed: the message stands once', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  // Its bytes never leave this tab.
  await alice.page.route('**/*', (route) => (route.request().method() === 'PUT' ? undefined : route.fallback()))
  await attach(alice, { name: 'plan.pdf', mimeType: 'application/pdf', buffer: randomBytes(100_000) })
  await alice.composer.fill('The plan')
  const begun = alice.page.waitForRequest((request) => request.method() === 'PUT')
  await send(alice)
  await begun

  const tab = await stage().secondTab(alice)
  let puts = 0
  tab.page.on('request', (request) => void (request.method() === 'PUT' && puts++))
  await tab.page.goto(stage().origin)
  await tab.open('Bob')
  await tab.page.locator('[data-upload]').waitFor()
  expect(puts).toBe(0)
  await alice.crash()
  await bob.open('Alice')
  await bob.timeline.sees('The plan')
  await expect.poll(() => tab.page.locator('[data-upload]').count()).toBe(0)
  expect(puts).toBe(1)
  for (const person of [tab, bob]) expect(await person.timeline.texts()).toEqual(['The plan'])
})

test('where the bytes of a file are gone it is said, with what to do; and what cannot be had just now can be had later', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  const bytes = randomBytes(100_000)
  await attach(alice, { name: 'plan.pdf', mimeType: 'application/pdf', buffer: bytes })
  await alice.composer.fill('The plan')
  await send(alice)
  await bob.open('Alice')
  await bob.timeline.sees('The plan')
  const download = bob.page.getByRole('button', { name: bob.t.files.download('plan.pdf') })

  await bob.page.route('**/objects/**', (route) => route.abort())
  bob.watch.networkLost()
  await download.click()
  await bob.page.getByRole('alert').getByText(bob.t.files.missing).waitFor()
  await bob.page.unroute('**/objects/**')
  bob.watch.networkBack()
  expect((await saved(bob, 'plan.pdf')).equals(bytes)).toBe(true)

  await loseFiles(stage().host.data)
  bob.watch.expectGoneFiles()
  await download.click()
  await bob.page.getByRole('alert').getByText(bob.t.files.gone).waitFor()
})

test('an upload is given up, and a file that was chosen is put back', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  await alice.goOffline()
  const file = { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') }
  await attach(alice, file)
  await alice.page.getByRole('button', { name: alice.t.files.remove('a.txt') }).click()
  await expect.poll(() => alice.page.getByRole('list', { name: alice.t.files.chosen }).count()).toBe(0)
  await attach(alice, file)
  await send(alice)
  await alice.page.locator('[data-upload]').getByRole('button', { name: alice.t.cancel }).press('Enter')
  await expect.poll(() => alice.page.locator('[data-upload]').count()).toBe(0)
  await expect.poll(() => alice.focused()).toBe('Message Bob')
})

test('what was being prepared when its sender logged out is neither sent nor shown as of whoever logs in next', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.createGroup('Family', [bob])
  // Until the test says so this browser does not know whether it can read the picture; then it cannot.
  await alice.page.evaluate(() => {
    const unreadable = new Promise<never>((_, reject) => window.addEventListener('look', reject, { once: true }))
    window.createImageBitmap = () => unreadable
  })
  await attach(alice, { name: 'lake.png', mimeType: 'image/png', buffer: png(WIDTH, HEIGHT) })
  await alice.composer.fill('From the lake')
  await send(alice)
  await alice.logOut()
  await alice.isAtTheDoor()
  await alice.logInAs(bob)
  await alice.open('Family')
  await alice.page.evaluate(() => void window.dispatchEvent(new Event('look')))
  await bob.open('Family')
  await bob.say('Hello')
  await alice.timeline.sees('Hello')
  expect(await alice.composer.inputValue()).toBe('')
  await alice.say('It is me')
  await bob.timeline.sees('It is me')
  expect(await bob.timeline.texts()).toEqual(['Hello', 'It is me'])
  expect(await alice.page.locator('[data-upload]').count()).toBe(0)
})
