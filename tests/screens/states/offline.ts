import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import { type Cast, logOutBrowsers } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive, turnTo } from '../moves.ts'

const UNSTORED = 'See you at the station'
const UNSENT = ['Written on the train', 'And in the tunnel']

/** The last of somebody: what they write here is never sent. */
export async function* offline(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  const write = async (text: string) => {
    await person.composer.fill(text)
    await page.getByRole('button', { name: t.room.send }).click()
    await person.timeline.seesWaiting(text)
  }
  await arrive(person, cast)
  await turnTo(person, routes.room(cast.talks.direct))
  line.hold('send')
  await write(UNSTORED)
  await person.isConnected('stalled')
  yield 'a server that stores nothing'
  await line.cut()
  await person.goOffline()
  for (const text of UNSENT) await write(text)
  yield 'offline, with messages that wait'
  await turnTo(person, routes.settings)
  await page.getByRole('button', { name: t.settings.logOut, exact: true }).click()
  await page.getByText(t.settings.logOutUnsent(1 + UNSENT.length)).waitFor()
  yield 'logging out, with messages that wait'
  await logOutBrowsers(cast.people.viewer)
  line.mend()
  await page.context().setOffline(false)
  await page.getByText(t.entrance.revokedUnsent(1 + UNSENT.length)).waitFor()
  yield 'logged out from elsewhere, with messages that waited'
}
