import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

export type Shown = {
  /** The place in the timeline; missing while a message waits. */
  readonly seq: number | undefined
  /** The name of the author as the viewer sees it, or of the viewer; nobody's when the timeline speaks of itself. */
  readonly by: string
  readonly text: string
  readonly state: 'stored' | 'waiting' | 'refused' | 'notice'
}

/** The open conversation of one person. */
export class TimelineView {
  readonly #page: Page
  readonly #me: string

  constructor(page: Page, me: string) {
    this.#page = page
    this.#me = me
  }

  /** Top to bottom, as far as it is rendered: all of it while it is short. */
  rows(): Promise<Shown[]> {
    return this.#page.locator('main section section').evaluate((list, me) => {
      let author = list.closest('section[aria-label]:has(header)')?.querySelector('header h2')?.textContent ?? ''
      return [...list.querySelectorAll<HTMLElement>('[data-seq], [data-state]')].map((row) => {
        const seq = row.dataset.seq === undefined ? undefined : Number(row.dataset.seq)
        if (row.localName !== 'article') return { seq, by: '', text: row.textContent, state: 'notice' as const }
        const [first, ...others] = row.querySelectorAll('p')
        const isOwn = row.querySelector('time ~ span') !== null
        // In a group the first message of several by one person is headed by their name.
        if (!isOwn && first && !first.dir) author = first.textContent
        const text = [first, ...others].find((line) => line?.dir)?.textContent ?? ''
        return { seq, by: isOwn ? me : author, text, state: row.dataset.state as Shown['state'] }
      })
    }, this.#me)
  }

  async messages(): Promise<Shown[]> {
    return (await this.rows()).filter(({ state }) => state !== 'notice')
  }

  async texts(): Promise<string[]> {
    return (await this.messages()).map(({ text }) => text)
  }

  message(text: string): Locator {
    return this.#page.locator('article', { hasText: text }).last()
  }

  /** Resolves when the message is seen as stored. */
  async sees(text: string): Promise<void> {
    await this.#page.locator('article[data-state="stored"]', { hasText: text }).last().waitFor()
  }

  /** Resolves when the message is seen as waiting to be sent, and is in the outbox: a page may be closed then. */
  async seesWaiting(text: string): Promise<void> {
    await this.#page.locator('article[data-state="waiting"]', { hasText: text }).last().waitFor()
    // Until then a slip says that it may have to go back into the field (web/stores/sending-slips.ts).
    await this.#page.waitForFunction(() => !localStorage.getItem('snug.sending'))
  }

  /** Resolves when an own message is marked as so far on its way: Sent, Read. */
  async isMarked(text: string, words: string): Promise<void> {
    await this.message(text).getByText(words, { exact: true }).waitFor({ state: 'attached' })
  }
}

/** Resolves with what all of them see, once all of them see the same and nothing waits any more. */
export async function sameForAll(views: readonly TimelineView[], texts: readonly string[]): Promise<Shown[]> {
  for (const view of views) {
    await expect.poll(async () => (await view.texts()).toSorted()).toEqual(texts.toSorted())
    await expect.poll(async () => (await view.messages()).every(({ state }) => state === 'stored')).toBe(true)
  }
  const [seen = [], ...others] = await Promise.all(views.map((view) => view.messages()))
  for (const other of others) expect(other).toEqual(seen)
  return seen
}
