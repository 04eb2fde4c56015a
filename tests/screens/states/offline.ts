import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import { type Cast, logOutBrowsers } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive, turnTo } from '../moves.ts'

const UNSENT = ['Written on the train', 'And in the tunnel']

/** The last of somebody: what they write here is never sent. */
export async function* offline(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  await arrive(person, cast)
  await turnTo(person, routes.room(cast.talks.direct))
  await line.cut()
  await person.goOffline()
  for (const text of UNSENT) {
    await person.composer.fill(text)
    await page.getByRole('button', { name: t.room.send }).click()
    await person.timeline.seesWaiting(text)
  }
  yield 'offline, with messages that wait'
  await turnTo(person, routes.settings)
  await page.getByRole('button', { name: t.settings.logOut, exact: true }).click()
  await page.getByText(t.settings.logOutUnsent(UNSENT.length)).waitFor()
  yield 'logging out, with messages that wait'
  await logOutBrowsers(cast.people.viewer)
  line.mend()
  await page.context().setOffline(false)
  await page.getByText(t.entrance.revokedUnsent(UNSENT.length)).waitFor()
  yield 'logged out from elsewhere, with messages that waited'
}
