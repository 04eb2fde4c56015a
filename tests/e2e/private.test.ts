import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { RecordingProxy } from '../support/recording-proxy.ts'
import { Stage } from '../support/stage.ts'

/** Where Chromium itself goes, whatever page it shows. What a page asks for there is noted by its watch. */
const ITS_MAKERS = /\.(google|googleapis|gstatic|gvt1)\.com:443$/

let proxy: RecordingProxy
let browser: Browser

beforeAll(async () => {
  proxy = await RecordingProxy.start()
  browser = await openBrowser([proxy.flag])
})

afterAll(async () => {
  await browser.close()
  await proxy.stop()
})

test('from its first request on a page talks to its own server and to nobody else, and so does its browser', async () => {
  const stage = await Stage.set(browser)
  const [alice, bob] = await stage.gather('alice', 'bob')
  await alice.writeTo(bob)
  await alice.say('A link to https://example.org/ is not looked up')
  await bob.open('Alice')
  await bob.timeline.sees('is not looked up')
  await bob.openSettings()
  await bob.page.getByText('This device').waitFor()
  await bob.page.reload()
  await bob.isConnected('live')
  for (const { watch } of [alice, bob]) expect([...watch.asked]).toEqual([new URL(stage.origin).host])
  expect(proxy.asked.filter((address) => !ITS_MAKERS.test(address))).toEqual([])

  await bob.page.goto('http://elsewhere.test/')
  expect(proxy.asked, 'the proxy notes who leaves').toContain('http://elsewhere.test/')
  await stage.clear()
})
