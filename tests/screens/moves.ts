import type { Person } from '../support/person.ts'
import type { Cast } from './cast.ts'

/** A page that was loaded just now, at the list of conversations, with everything that the server has to tell. */
export async function arrive(person: Person, { host }: Pick<Cast, 'host'>): Promise<void> {
  await person.page.goto(host.url)
  await person.isIn()
  await person.isConnected('live')
}

/** As a link of the page leads there: nothing is loaded anew. */
export async function turnTo({ page }: Person, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState(null, '', to), path)
}
