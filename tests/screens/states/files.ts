import type { Locator } from 'playwright-core'
import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import { png } from '../../support/png.ts'
import type { Cast } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive, turnTo } from '../moves.ts'
import { show } from './shared-files.ts'

const SCAN = { name: 'Map of the ridge, scanned.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(1_400_000) }
const SONG = { name: 'Blackbird.wav', mimeType: 'audio/wav', buffer: Buffer.alloc(90_000) }
const FILM = { name: 'Waves.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(700_000) }
const PHOTO = { name: 'Lake.png', mimeType: 'image/png', buffer: png(1200, 800) }

/** Of a kind that this browser cannot read. */
const FOREIGN = {
  name: 'Ridge.heic',
  mimeType: 'image/heic',
  buffer: Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
}

type Chosen = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }

export async function* files(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  await arrive(person, cast)
  await turnTo(person, routes.room(cast.talks.alone))
  const choose = (...chosen: readonly Chosen[]) => page.locator('input[type=file]').setInputFiles(chosen)
  const send = () => page.getByRole('button', { name: t.room.send, exact: true }).click()
  await choose(PHOTO, SCAN)
  await page.getByRole('list', { name: t.files.chosen }).waitFor()
  yield 'files that are chosen'
  await choose({ ...SCAN, buffer: Buffer.alloc(3_000_000) })
  await page.getByRole('alert').filter({ hasText: SCAN.name }).waitFor()
  yield 'a file that is too large'
  await choose(FOREIGN)
  await page.getByText(t.files.asItIs).waitFor()
  yield 'a picture that goes as it is'
  await page.getByRole('button', { name: t.files.remove(FOREIGN.name) }).click()
  const giveUp = () => page.locator('[data-upload]').getByRole('button', { name: t.cancel }).click()
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
  await choose(SONG, FILM)
  await send()
  await page.locator(`[data-seq="${last + 2}"] video`).waitFor()
  yield 'something to hear, and something to watch'
  await page
    .locator(`[data-seq="${last + 2}"] audio[src]`)
    .evaluate((audio: HTMLAudioElement) => void audio.play().catch(() => {}))
  await page
    .locator(`[data-seq="${last + 2}"]`)
    .getByText(t.files.notShown)
    .waitFor()
  yield 'something that this browser cannot play'
  await show(person)
  await isDrawn(page.getByRole('dialog').getByRole('img', { name: PHOTO.name }).first())
  yield 'the pictures of a conversation'
  await page.getByRole('radio', { name: t.shared.others }).check()
  await page.getByRole('list', { name: t.shared.others }).waitFor()
  yield 'the other files of a conversation'
  await page.getByRole('radio', { name: t.shared.pictures }).check()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t.files.open(PHOTO.name) })
    .last()
    .click()
  await isDrawn(page.getByRole('dialog', { name: PHOTO.name }).getByRole('img'))
  yield 'a picture among the files'
  await page.getByRole('button', { name: t.shared.show, exact: true }).click()
  await page.getByRole('dialog').first().waitFor({ state: 'detached' })
  yield 'a message that was looked for'
  await turnTo(person, routes.home)
  await page.getByRole('navigation').getByText(t.files.several(2)).waitFor()
  yield 'conversations, files in the newest'
  await turnTo(person, routes.room(cast.talks.alone))
  await page.route('**/objects/**', (route) => route.fulfill({ status: 404 }))
  await page
    .getByRole('button', { name: t.files.download(SCAN.name) })
    .last()
    .click()
  await page.getByText(t.files.gone).waitFor()
  yield 'a file that is gone'
  await arrive(person, cast)
  await turnTo(person, routes.room(cast.talks.alone))
  await page
    .getByRole('button', { name: t.files.open(PHOTO.name) })
    .last()
    .getByText(t.files.gone)
    .waitFor()
  await show(person)
  await page.getByRole('dialog').getByText(t.files.gone).first().waitFor()
  yield 'pictures that are gone'
  await person.closeDialog()
  await page.unroute('**/objects/**')
  await arrive(person, cast)
  await turnTo(person, routes.room(cast.talks.alone))
  line.refuse('declare-file', 'limit-reached')
  await choose(SCAN)
  await person.composer.fill('The whole ridge on one page.')
  await send()
  await page.getByText(t.room.refusedFor(t.files.noSpace)).waitFor()
  yield 'a file for which there is no space'
  await giveUp()
  line.mend()
  await choose(SCAN)
  const hold = await page.evaluateHandle(holdReading)
  await send()
  await page.getByRole('progressbar', { name: t.files.makingReady }).waitFor()
  yield 'a file that is made ready'
  await giveUp()
  await hold.evaluate((release) => release())
  await choose(SCAN)
  const spoil = await page.evaluateHandle(failReading)
  await send()
  await page.getByText(t.files.unreadable).waitFor()
  yield 'a file that cannot be read any more'
  await giveUp()
  await spoil.evaluate((mend) => mend())
  await page.route('**/objects/**', () => {})
  await choose(PHOTO, SCAN)
  await send()
  await page.getByRole('progressbar', { name: t.files.sending }).waitFor()
  yield 'files on their way'
  await line.cut()
  await person.isConnected('waiting')
  await page.getByText(t.files.waiting).waitFor()
  await page.route('**/objects/**', (route) => route.abort())
  await page
    .getByRole('button', { name: t.files.download(SCAN.name) })
    .last()
    .click()
  await page.getByText(t.files.missing).waitFor()
  yield 'files that wait, and one that cannot be had'
  await giveUp()
  await page.unroute('**/objects/**')
  line.mend()
}

async function isDrawn(picture: Locator): Promise<void> {
  await picture.evaluate((image: HTMLImageElement) => image.decode())
}

/** Until what it answers is called, the second piece of any file cannot be read. */
function holdReading(): () => void {
  const { arrayBuffer } = Blob.prototype
  const held = Promise.withResolvers<void>()
  let pieces = 0
  Blob.prototype.arrayBuffer = async function () {
    // The few bytes that tell the kind of a file are no piece of it.
    if (this.size > 1000 && pieces++ > 0) await held.promise
    return arrayBuffer.call(this)
  }
  return () => {
    Blob.prototype.arrayBuffer = arrayBuffer
    held.resolve()
  }
}

/** The device has lost what it had kept. Answers how to mend it. */
function failReading(): () => void {
  const { arrayBuffer } = Blob.prototype
  Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('', 'NotReadableError'))
  return () => {
    Blob.prototype.arrayBuffer = arrayBuffer
  }
}
