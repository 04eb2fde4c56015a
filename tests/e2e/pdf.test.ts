import { readFile } from 'node:fs/promises'
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { pdf } from '../support/pdf.ts'
import type { Person } from '../support/person.ts'
import { attach, send } from '../support/sharing.ts'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest()

const TYPE = 'application/pdf'

async function opens({ page, t }: Person, name: string): Promise<Locator> {
  await page.getByRole('button', { name: t.files.open(name) }).click()
  return page.getByRole('dialog', { name })
}

/** How much of a page is not white; undefined while nothing is drawn. */
async function inkOn(sheet: Locator): Promise<number | undefined> {
  return sheet.locator('canvas').evaluateAll(([canvas]) => {
    if (!(canvas instanceof HTMLCanvasElement)) return undefined
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
    let dark = 0
    for (let i = 0; i < pixels.length; i += 4) if ((pixels[i] ?? 255) < 200) dark++
    return (4 * dark) / pixels.length
  })
}

async function sends(person: Person, name: string, buffer: Buffer): Promise<void> {
  await attach(person, { name, mimeType: TYPE, buffer })
  await send(person)
  await expect.poll(() => person.page.locator('[data-upload]').count()).toBe(0)
}

test('a PDF is read without leaving the page, by nobody but its own server, and the focus goes back to where it was', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  await sends(alice, 'ways.pdf', pdf([{ lines: ['The way up', 'begins at the lake'] }, { lines: ['The way down'] }]))
  await bob.open('Alice')
  const { page, t, watch } = bob
  const reader = await opens(bob, 'ways.pdf')
  const [first, second] = [1, 2].map((n) => reader.getByRole('group', { name: t.pdf.place(n, 2) }))
  if (!first || !second) throw new Error('two pages')
  // The bar is a twentieth of the page, and has its place whatever face the words have.
  await expect.poll(() => inkOn(first)).toBeGreaterThan(0.05)
  await first.getByText('begins at the lake').waitFor()
  await reader.getByText(t.pdf.place(1, 2), { exact: true }).waitFor()

  const before = (await first.boundingBox())?.width ?? 0
  await reader.getByRole('button', { name: t.pdf.zoomIn }).click()
  await expect.poll(async () => (await first.boundingBox())?.width).toBe(Math.floor(before * 1.25))
  await reader.getByRole('region', { name: 'ways.pdf' }).press('End')
  await expect.poll(() => inkOn(second)).toBeGreaterThan(0.05)
  await second.getByText('The way down').waitFor()
  await reader.getByText(t.pdf.place(2, 2), { exact: true }).waitFor()
  // What is in the middle stays there, and so does the number of its page.
  await second.evaluate((sheet) => sheet.scrollIntoView())
  for (const _ of [1, 2]) await reader.getByRole('button', { name: t.pdf.zoomOut }).click()
  await expect.poll(async () => (await first.boundingBox())?.width).toBe(Math.floor(before * 0.75))
  await reader.getByText(t.pdf.place(2, 2), { exact: true }).waitFor()

  await page.keyboard.press('Escape')
  await reader.waitFor({ state: 'detached' })
  expect(await bob.focused()).toBe(t.files.open('ways.pdf'))

  await page.getByRole('button', { name: t.room.showFiles }).click()
  const files = page.getByRole('dialog', { name: t.shared.title })
  await files.getByRole('button', { name: t.files.open('ways.pdf') }).click()
  await expect.poll(() => inkOn(first)).toBeGreaterThan(0.05)
  await page.keyboard.press('Escape')
  await reader.waitFor({ state: 'detached' })
  expect(await bob.focused()).toBe(t.files.open('ways.pdf'))
  await files.waitFor()
  expect([...watch.asked]).toEqual([new URL(stage().origin).host])
})

test('what documents leave to whoever shows them is there too: Chinese by its names for characters, pages from a scanner', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  await sends(alice, 'scan.pdf', pdf([{ lines: ['湖边的小路'] }, 'scan']))
  await bob.open('Alice')
  const reader = await opens(bob, 'scan.pdf')
  await reader.getByText('湖边的小路').waitFor()
  await reader.getByRole('region', { name: 'scan.pdf' }).press('End')
  await expect.poll(() => inkOn(reader.getByRole('group', { name: bob.t.pdf.place(2, 2) }))).toBe(1)
})

test('of a long PDF only what is near is drawn, and a page that is damaged is the only one that is missing', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  const pages = Array.from({ length: 40 }, (_, i) => (i === 38 ? ('damaged' as const) : { lines: [`Page ${i + 1}`] }))
  await sends(alice, 'book.pdf', pdf(pages))
  await bob.open('Alice')
  const reader = await opens(bob, 'book.pdf')
  const sheet = (n: number) => reader.getByRole('group', { name: bob.t.pdf.place(n, 40), exact: true })
  await expect.poll(() => inkOn(sheet(1))).toBeGreaterThan(0.05)
  await reader.getByRole('region', { name: 'book.pdf' }).press('End')
  await expect.poll(() => inkOn(sheet(40))).toBeGreaterThan(0.05)
  await sheet(39).scrollIntoViewIfNeeded()
  await sheet(39).getByText(bob.t.pdf.pageDamaged).waitFor()
  await expect.poll(() => sheet(1).locator('canvas').count()).toBe(0)
  expect(await reader.locator('canvas').count()).toBeLessThan(5)
})

test('why a PDF is not shown is said, with what to do; what cannot be had just now can be had later', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  const good = pdf([{ lines: ['Hello'] }])
  await sends(alice, 'good.pdf', good)
  await sends(alice, 'script.pdf', Buffer.from('<script>document.title = "run"</script>'))
  await sends(alice, 'locked.pdf', pdf([{ lines: ['Hello'] }], { locked: true }))
  await bob.open('Alice')
  const { page, t } = bob
  for (const [name, words] of [
    ['script.pdf', t.pdf.damaged],
    ['locked.pdf', t.pdf.locked],
  ] as const) {
    const reader = await opens(bob, name)
    await reader.getByRole('alert').getByText(words).waitFor()
    await page.keyboard.press('Escape')
    await reader.waitFor({ state: 'detached' })
  }

  await page.route('**/objects/**', (route) => route.abort())
  bob.watch.networkLost()
  const reader = await opens(bob, 'good.pdf')
  await reader.getByRole('alert').getByText(t.files.missing).waitFor()
  await page.unroute('**/objects/**')
  bob.watch.networkBack()
  await reader.getByRole('button', { name: t.tryAgain }).click()
  await expect.poll(() => inkOn(reader.getByRole('group'))).toBeGreaterThan(0.05)
  const downloading = page.waitForEvent('download')
  await reader.getByRole('button', { name: t.files.download('good.pdf') }).click()
  expect((await readFile(await (await downloading).path())).equals(good)).toBe(true)
})
