import type { Locator } from 'playwright-core'
import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import { png } from '../../support/png.ts'
import { silence } from '../../support/wav.ts'
import type { Cast } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive, turnTo } from '../moves.ts'

const SCAN = { name: 'Map of the ridge, scanned.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(1_400_000) }
const TUNE = { name: 'Evening tune.wav', mimeType: 'audio/wav', buffer: silence(2) }
const FILM = { name: 'From the ridge.webm', mimeType: 'video/webm', buffer: Buffer.alloc(2_000) }
const PHOTO = { name: 'Lake.png', mimeType: 'image/png', buffer: png(1200, 800) }

export async function* files(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  await arrive(person, cast)
  await turnTo(person, routes.room(cast.talks.alone))
  const choose = () => page.locator('input[type=file]').setInputFiles([PHOTO, SCAN])
  const send = () => page.getByRole('button', { name: t.room.send, exact: true }).click()
  await choose()
  await page.getByRole('list', { name: t.files.chosen }).waitFor()
  yield 'files that are chosen'
  await page.locator('input[type=file]').setInputFiles([{ ...SCAN, buffer: Buffer.alloc(3_000_000) }])
  await page.getByRole('alert').filter({ hasText: SCAN.name }).waitFor()
  yield 'a file that is too large'
  // Pictures of earlier walks stand there too.
  const last = (await person.timeline.rows()).at(-1)?.seq ?? 0
  await send()
  await isDrawn(page.locator(`[data-seq="${last + 1}"] img`))
  yield 'a picture and a file, without words'
  await page
    .getByRole('button', { name: t.files.open(PHOTO.name) })
    .last()
    .click()
  await isDrawn(page.getByRole('dialog').getByRole('img'))
  yield 'a picture that is opened'
  await person.closeDialog()
  await page.locator('input[type=file]').setInputFiles([TUNE, FILM])
  await send()
  for (const played of ['audio', 'video']) await page.locator(`[data-seq="${last + 2}"] ${played}`).waitFor()
  yield 'a tune and a film'
  await page.route('**/objects/**', (route) => route.fulfill({ status: 507 }))
  await choose()
  await send()
  await page.getByText(t.files.noSpace).waitFor()
  yield 'files for which there is no space'
  await page.locator('[data-upload]').getByRole('button', { name: t.cancel }).click()
  await page.unroute('**/objects/**')
  await page.route('**/objects/**', () => {})
  await choose()
  await send()
  await page.getByRole('progressbar', { name: t.files.sending }).waitFor()
  yield 'files on their way'
  await line.cut()
  await person.isConnected('waiting')
  await page.getByText(t.files.waiting).waitFor()
  await page
    .getByRole('button', { name: t.files.download(SCAN.name) })
    .last()
    .click()
  await page.getByText(t.files.missing).waitFor()
  yield 'files that wait, and one that cannot be had'
  await page.locator('[data-upload]').getByRole('button', { name: t.cancel }).click()
  await page.unroute('**/objects/**')
  line.mend()
  await turnTo(person, routes.home)
  await page.getByText(t.files.several(2)).first().waitFor()
  yield 'conversations, the newest of which has files'
}

async function isDrawn(picture: Locator): Promise<void> {
  await picture.evaluate((image: HTMLImageElement) => image.decode())
}
