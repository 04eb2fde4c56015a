import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { openPage } from './browser.ts'

const PASSWORD = 'a long enough password'

export type Shown = { readonly seq: number | undefined; readonly text: string; readonly state: string }

/** Somebody at a browser, who finds things by what they are called. English is spoken here. */
export class Person {
  readonly page: Page
  readonly troubles: string[]

  private constructor(page: Page, troubles: string[]) {
    this.page = page
    this.troubles = troubles
  }

  static async at(browser: Browser, options: BrowserContextOptions = {}): Promise<Person> {
    const { page, troubles } = await openPage(browser, { locale: 'en-GB', ...options })
    return new Person(page, troubles)
  }

  async join(link: string, handle: string, name: string): Promise<void> {
    await this.page.goto(link)
    await this.page.getByLabel('Name').fill(name)
    await this.page.getByLabel('Handle').fill(handle)
    await this.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await this.page.getByRole('button', { name: 'Create account' }).click()
    await this.isIn()
  }

  async logIn(origin: string, handle: string): Promise<void> {
    await this.page.goto(`${origin}/login`)
    await this.page.getByLabel('Handle').fill(handle)
    await this.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await this.page.getByRole('button', { name: 'Log in' }).click()
    await this.isIn()
  }

  async isIn(): Promise<void> {
    await this.page.getByRole('heading', { name: 'Conversations' }).waitFor()
  }

  /** Makes an invitation for several people; the link. */
  async invite(): Promise<string> {
    await this.begin('Invite')
    await this.page.getByRole('radio', { name: '5 people' }).check()
    await this.page.getByRole('button', { name: 'Create link' }).click()
    const link = await this.page.getByLabel('Invitation link').inputValue()
    await this.page.getByRole('button', { name: 'Close' }).click()
    return link
  }

  async writeTo(handle: string): Promise<void> {
    await this.begin('Message')
    await this.page.getByLabel('Their handle').fill(handle)
    await this.page.getByRole('button', { name: 'Start conversation' }).click()
    await this.composer.waitFor()
  }

  async createGroup(title: string, handles: readonly string[]): Promise<void> {
    await this.begin('Group')
    await this.page.getByLabel('Group name').fill(title)
    const members = this.page.getByLabel('Members')
    for (const [i, handle] of handles.entries()) {
      await members.fill(handle)
      await members.press('Enter')
      await this.page
        .getByRole('button', { name: /^Remove / })
        .nth(i)
        .waitFor()
    }
    await this.page.getByRole('button', { name: 'Create group' }).click()
    await this.composer.waitFor()
  }

  async open(name: string): Promise<void> {
    await this.room(name).click()
    await this.composer.waitFor()
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text)
    await this.composer.press('Enter')
    await this.message(text).waitFor()
  }

  /** Resolves when the message is seen as stored. */
  async sees(text: string): Promise<void> {
    await this.page.locator('article[data-state="stored"]', { hasText: text }).last().waitFor()
  }

  message(text: string): Locator {
    return this.page.locator('article', { hasText: text }).last()
  }

  /** The conversation from top to bottom, as far as it is rendered. */
  async shown(): Promise<Shown[]> {
    return this.page.locator('article').evaluateAll((articles) =>
      articles.map((article) => ({
        seq: article.dataset.seq === undefined ? undefined : Number(article.dataset.seq),
        text: article.querySelector('p[dir]')?.textContent ?? '',
        state: article.dataset.state ?? '',
      })),
    )
  }

  /** What the list says is unread in a conversation. */
  async unreadIn(name: string): Promise<string | null> {
    const badge = this.room(name).getByRole('img')
    return (await badge.count()) === 0 ? null : badge.getAttribute('aria-label')
  }

  async expectUnread(name: string, words: string | null): Promise<void> {
    await expect.poll(() => this.unreadIn(name), { timeout: 20_000 }).toBe(words)
  }

  /** How the connection does: live, waiting, … */
  async isConnected(status: string): Promise<void> {
    await this.page.locator(`[data-connection="${status}"]`).waitFor({ state: 'attached' })
  }

  async expectNoTrouble(): Promise<void> {
    expect(this.troubles).toEqual([])
  }

  room(name: string): Locator {
    return this.page.getByRole('navigation').getByRole('link', { name: new RegExp(`^${name} `) })
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: /^Message / })
  }

  private async begin(kind: 'Message' | 'Group' | 'Invite'): Promise<void> {
    await this.page.getByRole('button', { name: 'New conversation' }).first().click()
    await this.page.getByRole('radio', { name: kind }).check()
  }
}
