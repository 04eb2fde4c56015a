import type { Page } from 'playwright-core'

/** The rules of the page's style sheets, and which of them have applied to something on a screen. */
export class Styles {
  readonly #seen = new Set<string>()
  readonly #known = new Set<string>()

  async see(page: Page): Promise<void> {
    const { all, applied } = await page.evaluate(rulesHere)
    for (const rule of all) this.#known.add(rule)
    for (const rule of applied) this.#seen.add(rule)
  }

  get unseen(): string[] {
    return [...this.#known].filter((rule) => !this.#seen.has(rule))
  }
}

/** Runs in the page. What a pointer or the focus does to an element counts as the element itself. */
function rulesHere(): { readonly all: string[]; readonly applied: string[] } {
  const OF_THE_MOMENT = /:(hover|active|focus-visible|focus-within|focus)\b|::[\w-]+/g
  const languageIn = (selector: string) => selector.match(/:lang\(\w+\)/)?.[0] ?? '*'
  const rules = (list: CSSRuleList): string[] =>
    [...list].flatMap((rule) => {
      if (rule instanceof CSSMediaRule) return matchMedia(rule.media.mediaText).matches ? rules(rule.cssRules) : []
      if (rule instanceof CSSStyleRule)
        return rule.selectorText.split(/,\s*(?![^(]*\))/).map((selector) => selector.replaceAll(OF_THE_MOMENT, ''))
      return 'cssRules' in rule ? rules(rule.cssRules as CSSRuleList) : []
    })
  const isOfHere = (selector: string) => selector !== '' && document.documentElement.matches(languageIn(selector))
  const all = [...document.styleSheets].flatMap((sheet) => rules(sheet.cssRules)).filter(isOfHere)
  return { all, applied: all.filter((selector) => document.querySelector(selector) !== null) }
}
