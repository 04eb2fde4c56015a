import { expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { NodeHostProcess } from '../support/node-host.ts'
import { meet } from '../support/two-browsers.ts'

test('a page with default settings talks to its own server and to nobody else', async () => {
  const host = await NodeHostProcess.start({ built: true })
  const browser = await openBrowser()
  try {
    const asked = new Set<string>()
    const [alice, bob] = await meet(browser, host.url, host.invitation ?? '')
    for (const { page } of [alice, bob]) {
      page.on('request', (request) => asked.add(new URL(request.url()).host))
      page.on('websocket', (socket) => asked.add(new URL(socket.url()).host))
      await page.reload()
    }
    await alice.writeTo('bob')
    await alice.say('A link to https://example.org/ is not looked up')
    await bob.open('Alice')
    await bob.sees('is not looked up')
    await bob.page.getByRole('link', { name: 'Settings' }).click()
    await bob.page.getByText('This device').waitFor()
    expect([...asked]).toEqual([new URL(host.url).host])
  } finally {
    await browser.close()
    await host.dispose()
  }
})
