import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Cast } from '../screens/cast.ts'
import { nameOf, VARIANTS, visitorOf } from '../screens/variants.ts'
import { walk } from '../screens/walk.ts'
import { openBrowser } from '../support/browser.ts'
import { count } from '../support/counts.ts'
import type { Person } from '../support/person.ts'

const SERIOUS = ['serious', 'critical']
/** A walk sees many states, on a busy machine slowly. */
const TIMEOUT_MS = 240_000
/** Whatever one variant may lack, long runs find in each of them. */
const variants = VARIANTS.slice(0, count(1, VARIANTS.length))

/** What somebody who cannot see, or cannot see well, would stumble over. */
async function violations({ page }: Person): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
  )
  const serious = violations.filter(({ impact }) => SERIOUS.includes(impact ?? ''))
  return serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

describe('every screen and state can be used by everybody', () => {
  let browser: Browser
  let cast: Cast
  beforeAll(async () => {
    browser = await openBrowser()
    cast = await Cast.gather()
  })
  afterAll(async () => {
    await browser.close()
    await cast.end()
  })

  test.each(variants.map((variant) => [nameOf(variant), variant] as const))(
    '%s',
    async (_, variant) => {
      const found: Record<string, string[]> = {}
      await walk(browser, cast, variant, async (state, person) => {
        const here = await violations(person)
        if (here.length > 0) found[state] = here
      })
      expect(found).toEqual({})
    },
    TIMEOUT_MS,
  )

  test('what somebody would stumble over is found: a button without a name, words that can hardly be seen', async () => {
    const visitor = await visitorOf(browser, 'visitor', { theme: 'light', size: 'desktop', language: 'en' })
    await visitor.page.goto(`${cast.host.url}/login`)
    await visitor.page.getByRole('heading').waitFor()
    expect(await violations(visitor)).toEqual([])
    await visitor.page.evaluate(() => {
      const words = document.createElement('p')
      words.style.color = '#ccc'
      words.textContent = 'Hardly seen'
      document.querySelector('form')?.append(document.createElement('button'), words)
    })
    expect(await violations(visitor)).toEqual([
      expect.stringMatching(/^button-name: <button>/),
      expect.stringMatching(/^color-contrast: <p style="[^"]*">Hardly seen/),
    ])
    await visitor.page.context().close()
  })
})
