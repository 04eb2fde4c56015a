import type { Page } from 'playwright-core'

/** All that a page says: to those who look at it, to those who point at something, and to those who listen. */
export function textsOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts = new Set<string>()
    const isThere = (element: Element | null) => element?.checkVisibility({ visibilityProperty: true }) ?? false
    for (const element of document.body.querySelectorAll('*')) {
      if (!isThere(element)) continue
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) texts.add(element.getAttribute(name) ?? '')
    }
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (words.nextNode()) if (isThere(words.currentNode.parentElement)) texts.add(words.currentNode.nodeValue ?? '')
    return [...texts]
  })
}
