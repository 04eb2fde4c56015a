import type { Browser, Page } from 'playwright-core'
import { catalogues } from '#web/i18n/messages.ts'
import type { Person } from '../support/person.ts'
import type { Cast } from './cast.ts'
import { gaps } from './gaps.ts'
import { Line } from './line.ts'
import { looksOn } from './looks.ts'
import { spotsOn } from './spots.ts'
import { PARTS } from './states.ts'
import { Tally } from './tally.ts'
import { textsOn } from './texts-on.ts'
import { nameOf, type Variant, visitorOf } from './variants.ts'
import { Words } from './words.ts'

/**
 * Shows every state in one variant, one after the other. `look` sees each when it stands still. Rejects when one cannot
 * be reached, and when one is missing: the page has something to show then that no state has shown, or alike.ts names it.
 */
export async function walk(
  browser: Browser,
  cast: Cast,
  variant: Variant,
  look: (state: string, person: Person) => Promise<void>,
): Promise<void> {
  const sights = new Sights(new Words(catalogues[variant.language]), cast.marked.spots)
  for (const { handle, scenes } of PARTS) {
    const person = await visitorOf(browser, handle, variant)
    const line = await Line.of(person.page)
    for (const scene of scenes) {
      for await (const state of scene(person, cast, line)) {
        await endMotion(person.page)
        await sights.see(state, person.page)
        await look(state, person)
      }
    }
    await person.page.context().close()
  }
  const missing = gaps(sights.tally, variant.size)
  if (missing.length > 0) throw new Error(`not complete in ${nameOf(variant)}:\n${missing.join('\n')}`)
}

/** What comes in by degrees, or after a moment, is there. Whoever wants little motion sees none that goes on for ever. */
async function endMotion(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) animation.finish()
  })
}

/** What the page has to show, told by its own source: words, elements of its views, looks of its style sheets. */
class Sights {
  readonly tally = new Tally()
  readonly #words: Words

  constructor(words: Words, spots: Iterable<string>) {
    this.#words = words
    this.tally.expect(words.all)
    this.tally.expect(spots)
  }

  async see(state: string, page: Page): Promise<void> {
    const looks = await looksOn(page)
    this.tally.expect(looks.all)
    this.tally.see(state, [...this.#words.in(await textsOn(page)), ...(await spotsOn(page)), ...looks.here])
  }
}
