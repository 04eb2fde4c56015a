import { makeId, type RoomId } from '#protocol/ids.ts'
import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import type { Cast } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive, turnTo } from '../moves.ts'

const MAP = { name: 'Map of the ridge, scanned.pdf', type: 'application/pdf', bytes: 90_000_000 }
const LONG_AGO = Date.UTC(2026, 2, 14, 9)

/** The files of conversations in which there are none, or which a device has not got whole. */
export async function* sharedFiles(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  await arrive(person, cast)
  await turnTo(person, routes.room(cast.talks.direct))
  await show(person)
  await page.getByText(t.shared.empty).waitFor()
  yield 'no files yet'
  await person.closeDialog()
  line.hold('history')
  line.hold('list-files')
  await arrive(person, cast)
  await turnTo(person, routes.room(cast.talks.long))
  await show(person)
  await page.getByRole('dialog').getByText(t.loading).waitFor()
  yield 'files that are asked for'
  await person.closeDialog()
  line.refuse('list-files', 'busy')
  await arrive(person, cast)
  await turnTo(person, routes.room(cast.talks.long))
  await show(person)
  await page.getByText(t.shared.failed).waitFor()
  yield 'files that could not be loaded'
  line.mend()
  line.refuse('history', 'forbidden')
  nameMap(line, cast.talks.long)
  await page.getByRole('dialog').getByRole('button', { name: t.tryAgain }).click()
  await page.getByText(MAP.name).waitFor()
  yield 'files, of which none is a picture'
  await page.getByRole('button', { name: t.files.open(MAP.name) }).click()
  await page.getByText(t.pdf.tooLarge).waitFor()
  yield 'a document that is too large'
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: MAP.name }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: t.shared.showOf(MAP.name) }).click()
  await page.getByText(t.shared.showFailed).waitFor()
  yield 'a file whose message could not be loaded'
  await page.getByRole('radio', { name: t.shared.pictures }).check()
  await page.getByText(t.shared.none).waitFor()
  yield 'no picture yet'
  await person.closeDialog()
  line.mend()
  line.hold('history')
  await arrive(person, cast)
  await turnTo(person, routes.room(cast.talks.long))
  line.hold('list-files')
  await show(person)
  await line.cut()
  await person.isConnected('waiting')
  await page.getByText(t.shared.offline).waitFor()
  yield 'files, without a connection'
  await person.closeDialog()
  line.mend()
}

export async function show({ page, t }: Person): Promise<void> {
  await page.getByRole('button', { name: t.room.showFiles }).click()
  await page.getByRole('dialog').waitFor()
}

/** The server knows of a file from long ago. */
function nameMap(line: Line, room: RoomId): void {
  const by = makeId('user', new Uint8Array(16))
  const producer = makeId('producer', new Uint8Array(16))
  const file = { file: makeId('file', new Uint8Array(16)), ...MAP }
  const place = { v: 1, seq: 1, ord: 1, at: LONG_AGO, by, producer, n: 1 } as const
  const record = { ...place, kind: 'text' as const, text: '', files: [file] }
  line.change((said) =>
    said.type === 'files' && said.room === room ? { ...said, more: false, records: [record] } : said,
  )
}
