import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser.ts'
import { ROOT } from '../support/workerd.ts'
import { Cast } from './cast.ts'
import { nameOf, VARIANTS, type Variant } from './variants.ts'
import { walk } from './walk.ts'

/**
 * `npm run screens`: every screen and state in every variant, and for each variant a sheet of all of them. Names of
 * variants after `--` are the only ones then: `npm run screens -- dark-phone-zh`.
 */

const FOLDER = join(ROOT, '.cache/screens')
const SHEET_WIDTH = 2_000
const WANTED = process.argv.slice(2)

async function main(): Promise<void> {
  const browser = await openBrowser()
  const cast = await Cast.gather()
  try {
    for (const variant of VARIANTS) if (isWanted(nameOf(variant))) await take(browser, cast, variant)
  } finally {
    await browser.close()
    await cast.end()
  }
}

function isWanted(name: string): boolean {
  return WANTED.length === 0 || WANTED.includes(name)
}

/** Where a walk is not complete, the sheet of what there is shows where it ended. */
async function take(browser: Browser, cast: Cast, variant: Variant): Promise<void> {
  const name = nameOf(variant)
  const taken = new Map<string, Buffer>()
  await rm(join(FOLDER, name), { recursive: true, force: true })
  await mkdir(join(FOLDER, name), { recursive: true })
  try {
    await walk(browser, cast, variant, async (state, { page }) => {
      const path = join(FOLDER, name, `${state.replaceAll(/\W+/g, '-')}.png`)
      taken.set(state, await page.screenshot({ path, animations: 'disabled' }))
    })
  } finally {
    await writeFile(join(FOLDER, `${name}.png`), await sheetOf(browser, taken, variant.size === 'phone' ? 8 : 4))
    process.stdout.write(`${join(FOLDER, `${name}.png`)}: ${taken.size} states\n`)
  }
}

async function sheetOf(browser: Browser, taken: ReadonlyMap<string, Buffer>, columns: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: SHEET_WIDTH, height: 1_000 } })
  const figures = [...taken].map(
    ([state, png]) =>
      `<figure><img src="data:image/png;base64,${png.toString('base64')}"><figcaption>${state}</figcaption></figure>`,
  )
  await page.setContent(`<style>
    body { margin: 12px; display: grid; grid-template-columns: repeat(${columns}, 1fr); gap: 12px; font: 14px sans-serif; background: #888; }
    figure { margin: 0 } img { width: 100%; display: block }
  </style>${figures.join('')}`)
  const png = await page.screenshot({ fullPage: true })
  await page.close()
  return png
}

await main()
