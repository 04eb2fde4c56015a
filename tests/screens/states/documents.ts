import { routes } from '#web/routes.ts'
import { pdf } from '../../support/pdf.ts'
import type { Person } from '../../support/person.ts'
import type { Cast } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive, turnTo } from '../moves.ts'

const WALK = {
  name: 'The ridge in two days.pdf',
  bytes: pdf([
    { lines: ['The ridge in two days', '', 'From the lake by the old mill, and', 'at the third bridge to the left.'] },
    { lines: ['The second day', '', '沿着山脊一直走到湖边。'] },
    'damaged',
  ]),
}
const LETTER = { name: 'Letter from the bank.pdf', bytes: pdf([{ lines: ['Hello'] }], { locked: true }) }
const TORN = { name: 'Tickets.pdf', bytes: Buffer.from('%PDF-1.7\n') }
/** The part of the page that is fetched when somebody opens one. */
const READER = '**/assets/PdfReader-*.js'

/** Documents that are read where they were sent. */
export async function* documents(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  const anew = async () => {
    await arrive(person, cast)
    await turnTo(person, routes.room(cast.talks.alone))
  }
  await anew()
  const last = (await person.timeline.rows()).at(-1)?.seq ?? 0
  const chosen = [WALK, LETTER, TORN].map(({ name, bytes }) => ({ name, mimeType: 'application/pdf', buffer: bytes }))
  await page.locator('input[type=file]').setInputFiles(chosen)
  await page.getByRole('button', { name: t.room.send, exact: true }).click()
  const message = page.locator(`[data-seq="${last + 1}"]`)
  await message.waitFor()
  yield 'documents'
  const open = async (name: string) => {
    await message.getByRole('button', { name: t.files.open(name) }).click()
    return page.getByRole('dialog', { name })
  }
  await page.route(READER, () => {})
  let reader = await open(WALK.name)
  await reader.getByText(t.loading).waitFor()
  yield 'a document, before there is anything to read it'
  await anew()
  await page.unroute(READER)
  await page.route(READER, (route) => route.abort())
  reader = await open(WALK.name)
  await reader.getByText(t.pdf.noReader).waitFor()
  yield 'a document, and nothing to read it'
  await page.unroute(READER)
  await anew()
  await line.cut()
  await person.isConnected('waiting')
  reader = await open(WALK.name)
  await reader.getByText(t.files.missing).waitFor()
  yield 'a document, without a connection'
  line.mend()
  await anew()
  await page.route('**/objects/**', (route) => route.abort())
  reader = await open(WALK.name)
  await reader.getByText(t.files.missing).waitFor()
  yield 'a document that cannot be had'
  await page.unroute('**/objects/**')
  await page.route('**/objects/**', () => {})
  await reader.getByRole('button', { name: t.tryAgain }).click()
  await reader.getByRole('progressbar', { name: t.loading }).waitFor()
  yield 'a document on its way'
  await person.closeDialog()
  await page.unroute('**/objects/**')
  reader = await open(WALK.name)
  const sheet = (number: number) => reader.getByRole('group', { name: t.pdf.place(number, 3) })
  await sheet(1).locator('canvas').waitFor()
  await sheet(1).getByText('from the lake').waitFor()
  yield 'a document'
  await sheet(3).scrollIntoViewIfNeeded()
  await sheet(3).getByText(t.pdf.pageDamaged).waitFor()
  yield 'a page of a document that is damaged'
  for (let step = 0; step < 2; step++) await reader.getByRole('button', { name: t.pdf.zoomOut }).click()
  await sheet(2).locator('canvas').waitFor()
  yield 'a document as small as it gets'
  await person.closeDialog()
  reader = await open(TORN.name)
  await reader.getByText(t.pdf.damaged).waitFor()
  yield 'a document that is damaged'
  await person.closeDialog()
  reader = await open(LETTER.name)
  await reader.getByText(t.pdf.locked).waitFor()
  yield 'a document that is locked'
  await person.closeDialog()
}
