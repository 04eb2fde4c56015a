import type { Browser } from 'playwright-core'
import type { Person } from '../support/person.ts'
import { type Cast, VIEWER } from './cast.ts'
import { DOOR_STATES, INNER_STATES, type Show } from './states.ts'
import { type Variant, visitorOf } from './variants.ts'

/** Shows every state in one variant, one after the other. `look` sees each when it stands still. */
export async function walk(
  browser: Browser,
  cast: Cast,
  variant: Variant,
  look: (state: string, person: Person) => Promise<void>,
): Promise<void> {
  const show = async (person: Person, states: Readonly<Record<string, Show>>) => {
    for (const [state, bring] of Object.entries(states)) {
      await bring(person, cast)
      await look(state, person)
    }
    await person.page.context().close()
  }
  await show(await visitorOf(browser, 'visitor', variant), DOOR_STATES)
  const viewer = await visitorOf(browser, VIEWER.toLowerCase(), variant)
  await viewer.logIn(cast.host.url)
  await show(viewer, INNER_STATES)
}
