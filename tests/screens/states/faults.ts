import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import type { Cast } from '../cast.ts'
import { arrive, turnTo } from '../moves.ts'

/** The name of a window whose page waits for the cache of its device for ever. It outlives a page, as scripts do that run first. */
const STUCK = 'stuck'

/** What a page shows of itself where there is nothing else to show. */
export async function* faults(person: Person, cast: Cast): AsyncGenerator<string> {
  const { page, t } = person
  await page.addInitScript(neverReadWhereNamed, STUCK)
  await page.evaluate((name) => Object.assign(window, { name }), STUCK)
  await page.goto(cast.host.url)
  await page.getByText(t.loading).waitFor()
  yield 'starting'
  await page.evaluate(() => Object.assign(window, { name: '' }))
  await arrive(person, cast)
  await page.evaluate(() => {
    Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', {
      get() {
        throw new Error('a fault')
      },
    })
  })
  await turnTo(person, routes.room(cast.talks.direct))
  await page.getByRole('heading', { name: t.broken.title }).waitFor()
  yield 'a fault'
}

function neverReadWhereNamed(name: string): void {
  if (window.name === name) IDBObjectStore.prototype.get = () => ({}) as IDBRequest
}
