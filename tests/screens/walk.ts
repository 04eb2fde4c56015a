import type { Browser } from 'playwright-core'
import { catalogues } from '#web/i18n/messages.ts'
import type { Person } from '../support/person.ts'
import type { Cast } from './cast.ts'
import { gaps, unshown } from './exceptions.ts'
import { Line } from './line.ts'
import { PARTS } from './states.ts'
import { Styles } from './styles.ts'
import { textsOn } from './texts-on.ts'
import { nameOf, type Variant, visitorOf } from './variants.ts'
import { Words } from './words.ts'

/**
 * Shows every state in one variant, one after the other. `look` sees each when it stands still. Rejects when one cannot
 * be reached, and when the page has words or styles that no state has shown: then one is missing.
 */
export async function walk(
  browser: Browser,
  cast: Cast,
  variant: Variant,
  look: (state: string, person: Person) => Promise<void>,
): Promise<void> {
  const words = new Words(catalogues[variant.language])
  const styles = new Styles()
  for (const { handle, scenes } of PARTS) {
    const person = await visitorOf(browser, handle, variant)
    const line = await Line.of(person.page)
    for (const scene of scenes) {
      for await (const state of scene(person, cast, line)) {
        words.see(await textsOn(person.page))
        await styles.see(person.page)
        await look(state, person)
      }
    }
    await person.page.context().close()
  }
  const missing = [...gaps(words, variant.size), ...unshown(styles)]
  if (missing.length > 0) throw new Error(`not complete in ${nameOf(variant)}:\n${missing.join('\n')}`)
}
