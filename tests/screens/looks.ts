import type { Page } from 'playwright-core'

/** What the style sheets of a page have a rule for, and whether something on the page is so. */
export type Looks = { readonly all: readonly string[]; readonly here: readonly string[] }

/**
 * That somebody points at something, or is at it with the keyboard, can be so anywhere, and so can a language: such a
 * rule counts as the one without. What a rule hides is not looked for.
 */
export function looksOn(page: Page): Promise<Looks> {
  return page.evaluate(() => {
    const MOMENTARY = /:(?:hover|active|focus(?:-visible|-within)?)\b|:lang\([^)]*\)|::[\w-]+/g
    const BETWEEN = /,(?![^(]*\))/

    const selectorsOf = (rules: CSSRuleList): string[] =>
      [...rules].flatMap((rule) => {
        if (rule instanceof CSSStyleRule) return rule.style.display === 'none' ? [] : rule.selectorText.split(BETWEEN)
        if (rule instanceof CSSMediaRule && !matchMedia(rule.conditionText).matches) return []
        return rule instanceof CSSGroupingRule ? selectorsOf(rule.cssRules) : []
      })

    const isHere = (selector: string) =>
      [...document.querySelectorAll(selector)].some((element) => element.checkVisibility({ visibilityProperty: true }))

    const selectors = [...document.styleSheets].flatMap(({ cssRules }) => selectorsOf(cssRules))
    const all = [...new Set(selectors.map((selector) => selector.replaceAll(MOMENTARY, '').trim() || '*'))]
    return { all, here: all.filter(isHere) }
  })
}
