import type { Page } from 'playwright-core'

/** What Chromium writes to the console when something cannot be reached. */
const LOST_NETWORK = /WebSocket connection to|net::ERR_/
/** What it writes about a header that has no effect over plain http. */
const NEEDS_HTTPS = /Cross-Origin-Opener-Policy header has been ignored/
const ABORTED = 'net::ERR_ABORTED: '
/** The icon is asked for last, when the page may already be on its way elsewhere. */
const LEFT_BEHIND = new RegExp(`^${ABORTED}.*/icon\\.svg$`)
/** What it writes, and who is asked, where a file is gone. */
const GONE_FILE = /the server responded with a status of 404|^status 404: .*\/objects\//
/** And where its URL has expired; of what it says beside that nobody waits for the end. */
const REFUSED_FILE = /the server responded with a status of 403|^(status 403|net::ERR_ABORTED): .*\/objects\//

/**
 * Notes whom a page talks to and whatever goes wrong in it: errors that it throws or logs, what its security policy refuses (Chromium logs
 * it), requests that fail. A network that the test itself took away is no trouble, as long as it says so.
 */
export class Watch {
  readonly #troubles: string[] = []
  /** What it has set out for and been given to save instead. */
  readonly #savedFrom = new Set<string>()
  /** Every host and port that the page has asked for anything, from its very first request on. */
  readonly asked = new Set<string>()
  #networkIsLost = false
  #mayCrash = false
  #filesAreGone = false
  #filesAreRefused = false

  constructor(page: Page) {
    page.context().on('request', (request) => this.#ask(request.url()))
    page.on('websocket', (socket) => this.#ask(socket.url()))
    page.on('download', (download) => void this.#savedFrom.add(download.url()))
    page.on('crash', () => this.#mayCrash || this.#troubles.push('the page crashed'))
    page.on('pageerror', (error) => this.#troubles.push(`thrown: ${error.message}`))
    page.on('console', (message) => {
      const text = message.text()
      if (message.type() === 'error' && !NEEDS_HTTPS.test(text)) this.#note(`logged: ${text}`, LOST_NETWORK.test(text))
    })
    page.on('requestfailed', (request) => {
      const trouble = `${request.failure()?.errorText}: ${request.url()}`
      if (!LEFT_BEHIND.test(trouble)) this.#note(trouble, true)
    })
    page.on('response', (response) => {
      if (response.status() >= 400) this.#note(`status ${response.status()}: ${response.url()}`, false)
    })
  }

  get troubles(): string[] {
    const saved = new Set([...this.#savedFrom].map((url) => `${ABORTED}${url}`))
    return this.#troubles.filter((trouble) => !saved.has(trouble))
  }

  networkLost(): void {
    this.#networkIsLost = true
  }

  networkBack(): void {
    this.#networkIsLost = false
  }

  expectCrash(): void {
    this.#mayCrash = true
  }

  expectGoneFiles(): void {
    this.#filesAreGone = true
  }

  expectRefusedFiles(): void {
    this.#filesAreRefused = true
  }

  #ask(url: string): void {
    const { protocol, host } = new URL(url)
    if (protocol !== 'data:' && protocol !== 'blob:') this.asked.add(host)
  }

  #note(trouble: string, isAboutNetwork: boolean): void {
    if (isAboutNetwork && this.#networkIsLost) return
    if (this.#filesAreGone && GONE_FILE.test(trouble)) return
    if (this.#filesAreRefused && REFUSED_FILE.test(trouble)) return
    this.#troubles.push(trouble)
  }
}
