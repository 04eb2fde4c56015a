import { expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { NodeHostProcess } from '../support/node-host.ts'
import { meet, talkThroughTrouble } from '../support/two-browsers.ts'

test('the same conversation from a plain http:// host name, where a page has neither subtle crypto, UUIDs nor locks', async () => {
  const host = await NodeHostProcess.start({ built: true })
  const browser = await openBrowser('--host-resolver-rules=MAP snug.test 127.0.0.1')
  try {
    const origin = host.url.replace('127.0.0.1', 'snug.test')
    const [alice, bob] = await meet(browser, origin, host.invitation ?? '')
    const missing = await alice.page.evaluate(() => [
      isSecureContext,
      typeof crypto.subtle,
      typeof crypto.randomUUID,
      'locks' in navigator,
    ])
    expect(missing).toEqual([false, 'undefined', 'undefined', false])
    await talkThroughTrouble(alice, bob, host)
  } finally {
    await browser.close()
    await host.dispose()
  }
})
