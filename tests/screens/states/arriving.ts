import { routes } from '#web/routes.ts'
import { PASSWORD, type Person } from '../../support/person.ts'
import { type Cast, logOutBrowsers } from '../cast.ts'
import type { Line } from '../line.ts'
import { turnTo } from '../moves.ts'

/** Somebody logs in on a device that knows nothing yet. The others of this device are logged out first: one walk leaves none to the next. */
export async function* arriving(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  await logOutBrowsers(cast.people.viewer)
  line.hold('sync')
  await page.goto(`${cast.host.url}${routes.room(cast.talks.direct)}`)
  await page.getByLabel(t.entrance.handle, { exact: true }).waitFor()
  yield 'log in, on the way to a conversation'
  await page.getByLabel(t.entrance.handle, { exact: true }).fill(person.handle)
  await page.getByLabel(t.entrance.password, { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: t.entrance.logIn, exact: true }).click()
  await page.getByText(t.rooms.opening).waitFor()
  yield 'a new device, opening a conversation'
  await turnTo(person, routes.home)
  await person.isIn()
  yield 'a new device, catching up'
  line.mend()
  line.hold('get-profiles')
  await page.reload()
  await person.isConnected('live')
  await page.getByRole('navigation').getByText(t.somebody, { exact: true }).first().waitFor()
  yield 'conversations with people whose names are not known yet'
  await turnTo(person, routes.room(cast.talks.direct))
  await page.getByRole('heading', { name: t.somebody, exact: true }).waitFor()
  yield 'a conversation with somebody whose name is not known yet'
  line.mend()
}
