import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { catalogues, type Language, type Messages } from '#web/i18n/messages.ts'
import { TimelineView } from './timeline-view.ts'
import { Watch } from './watch.ts'

export const PASSWORD = 'a long enough password'
/** A page that does not show something by then never will. */
const PATIENCE_MS = 20_000

export type PersonOptions = BrowserContextOptions & { readonly language?: Language }

const LOCALES = { en: 'en-GB', zh: 'zh-CN' } as const
const DESKTOP = { width: 1280, height: 800 }
export const PHONE = { width: 390, height: 844 }
/** A phone whose keyboard is on its screen. */
export const TOUCH = { viewport: PHONE, hasTouch: true, isMobile: true }
/** Every row of a short conversation is rendered on it, so that all of it can be compared. */
export const TALL = { width: 1280, height: 2400 }

/** Of whom one needs to know only what they are called. */
type Other = Pick<Person, 'handle' | 'name'>

export function nameOf(handle: string): string {
  return handle.charAt(0).toUpperCase() + handle.slice(1)
}

/** Somebody at a browser of their own, who finds things by what they are called. */
export class Person {
  readonly handle: string
  readonly name: string
  readonly page: Page
  readonly watch: Watch
  readonly timeline: TimelineView
  /** The words of this person's language. */
  t: Messages

  private constructor(handle: string, name: string, page: Page, t: Messages) {
    this.handle = handle
    this.name = name
    this.page = page
    this.watch = new Watch(page)
    this.timeline = new TimelineView(page, name)
    this.t = t
  }

  static async at(browser: Browser, handle: string, options: PersonOptions = {}): Promise<Person> {
    const { language = 'en', ...rest } = options
    const defaults = { viewport: DESKTOP, locale: LOCALES[language], reducedMotion: 'reduce' as const }
    const context = await browser.newContext({ ...defaults, ...rest })
    context.setDefaultTimeout(PATIENCE_MS)
    return new Person(handle, nameOf(handle), await context.newPage(), catalogues[language])
  }

  /** The same person and browser, in a tab that takes the place of the one before. */
  async newTab(): Promise<Person> {
    const context = this.page.context()
    await this.page.close()
    return new Person(this.handle, this.name, await context.newPage(), this.t)
  }

  /** The same person and browser, in another tab beside this one. */
  async secondTab(): Promise<Person> {
    return new Person(this.handle, this.name, await this.page.context().newPage(), this.t)
  }

  /** Ends the tab as a browser does that runs out of memory: nothing in it has a say. */
  async crash(): Promise<void> {
    this.watch.expectCrash()
    const crashed = this.page.waitForEvent('crash')
    const session = await this.page.context().newCDPSession(this.page)
    // It is never answered.
    session.send('Page.crash').catch(() => {})
    await crashed
    await this.page.close()
  }

  async join(link: string): Promise<void> {
    await this.page.goto(link)
    await this.page.getByLabel(this.t.entrance.name, { exact: true }).fill(this.name)
    await this.enter(this.t.entrance.join)
  }

  async logIn(origin: string, link = `${origin}/login`): Promise<void> {
    await this.page.goto(link)
    await this.enter(this.t.entrance.logIn)
  }

  /** At the door, as whoever has this handle. */
  async logInAs({ handle }: Other): Promise<void> {
    await this.enter(this.t.entrance.logIn, handle)
  }

  async logOut(): Promise<void> {
    await this.openSettings()
    await this.page.getByRole('button', { name: this.t.settings.logOut, exact: true }).click()
    await this.page.getByRole('alert').getByRole('button', { name: this.t.settings.logOut }).click()
  }

  async isIn(): Promise<void> {
    await this.page.getByRole('heading', { name: this.t.rooms.title, exact: true }).waitFor()
  }

  async isAtTheDoor(): Promise<void> {
    await this.page.getByRole('heading', { name: this.t.entrance.logInTitle }).waitFor()
  }

  /** Makes an invitation for several people; resolves with the link. */
  async invite(): Promise<string> {
    await this.begin(this.t.start.invite)
    await this.page.getByRole('radio', { name: this.t.start.usesCount(5) }).check()
    await this.page.getByRole('button', { name: this.t.start.createInvitation }).click()
    const link = await this.page.getByLabel(this.t.start.link).inputValue()
    await this.closeDialog()
    return link
  }

  async writeTo(other: Other): Promise<void> {
    await this.begin(this.t.start.direct)
    await this.page.getByLabel(this.t.start.theirHandle).fill(other.handle)
    await this.page.getByRole('button', { name: this.t.start.openDirect }).click()
    await this.isAt(other.name)
  }

  async createGroup(title: string, others: readonly Other[]): Promise<void> {
    await this.begin(this.t.start.group)
    await this.page.getByLabel(this.t.start.groupTitle).fill(title)
    const field = this.page.getByLabel(this.t.start.members)
    for (const other of others) {
      await field.fill(other.handle)
      await field.press('Enter')
      await this.page.getByRole('button', { name: this.t.start.removeMember(other.name) }).waitFor()
    }
    await this.page.getByRole('button', { name: this.t.start.createGroup }).click()
    await this.isAt(title)
  }

  /** Opens a conversation from the list, by the name it has there. */
  async open(name: string): Promise<void> {
    await this.room(name).click()
    await this.isAt(name)
  }

  /** Resolves when what is typed goes to the conversation of this name. */
  async isAt(name: string): Promise<void> {
    await this.page.getByRole('textbox', { name: this.t.room.writeTo(name), exact: true }).waitFor()
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text)
    await this.composer.press('Enter')
    await this.timeline.message(text).waitFor()
  }

  async openSettings(): Promise<void> {
    await this.page.getByRole('link', { name: this.t.settings.title }).click()
    await this.page.getByText(this.t.settings.devicesLead).waitFor()
  }

  async showMembers(): Promise<void> {
    await this.page.getByRole('button', { name: this.t.room.showMembers }).click()
    await this.page.getByRole('list', { name: this.t.members.title }).waitFor()
  }

  /** In the open list of members. */
  async addMember(other: Other): Promise<void> {
    await this.page.getByLabel(this.t.members.add).fill(other.handle)
    await this.page.getByRole('dialog').getByRole('button', { name: this.t.start.add, exact: true }).click()
  }

  async closeDialog(): Promise<void> {
    await this.page.getByRole('dialog').getByRole('button', { name: this.t.close }).click()
    await this.page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  /** The label of the field that what is typed goes to. */
  focused(): Promise<string> {
    return this.page.evaluate(() => {
      const field = document.activeElement
      const labels = field instanceof HTMLInputElement ? field.labels : null
      return labels?.[0]?.textContent ?? field?.getAttribute('aria-label') ?? ''
    })
  }

  /** What the list says is unread in a conversation. */
  async hasUnread(name: string, count: number): Promise<void> {
    const badge = this.room(name).getByRole('img')
    const said = () => badge.evaluateAll(([first]) => first?.getAttribute('aria-label') ?? null)
    const expected = count === 0 ? null : this.t.rooms.unread(count)
    await expect.poll(said, { timeout: PATIENCE_MS, message: `unread in ${name}` }).toBe(expected)
  }

  /** How the connection does: live, waiting, … */
  async isConnected(status: string): Promise<void> {
    await this.page.locator(`[data-connection="${status}"]`).waitFor({ state: 'attached' })
  }

  async goOffline(): Promise<void> {
    this.watch.networkLost()
    await this.page.context().setOffline(true)
    await this.isConnected('waiting')
  }

  async goOnline(): Promise<void> {
    await this.page.context().setOffline(false)
    await this.isConnected('live')
    this.watch.networkBack()
  }

  /** How many rows the browser still holds of conversations, outbox and account, and of drafts. */
  rowsKept(): Promise<number> {
    return this.page.evaluate(async () => {
      const done = <Value>(request: IDBRequest<Value>) =>
        new Promise<Value>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(request.error)
        })
      const database = await done(indexedDB.open('snug'))
      const counts = ['client', 'drafts'].map((name) => done(database.transaction(name).objectStore(name).count()))
      const [rows = 0, drafts = 0] = await Promise.all(counts)
      database.close()
      return rows + drafts
    })
  }

  room(name: string): Locator {
    return this.page.getByRole('navigation').getByRole('link', { name: new RegExp(`^${name} `) })
  }

  /** What is said under the name of the open conversation. */
  async sees(words: string | RegExp): Promise<void> {
    await this.page.locator('section > header').getByText(words).waitFor()
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: this.t.room.writeTo('').trim() })
  }

  private async enter(button: string, handle = this.handle): Promise<void> {
    await this.page.getByLabel(this.t.entrance.handle, { exact: true }).fill(handle)
    await this.page.getByLabel(this.t.entrance.password, { exact: true }).fill(PASSWORD)
    await this.page.getByRole('button', { name: button }).click()
    await this.isIn()
    await this.isConnected('live')
  }

  private async begin(kind: string): Promise<void> {
    await this.page.getByRole('button', { name: this.t.rooms.new }).first().click()
    await this.page.getByRole('radio', { name: kind, exact: true }).check()
  }
}
