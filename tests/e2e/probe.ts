import { NodeHostProcess } from '../support/node-host.ts'
import { openBrowser } from '../support/browser.ts'
import { meet } from '../support/two-browsers.ts'
const host = await NodeHostProcess.start({ built: true })
const browser = await openBrowser()
try {
  console.log(browser.version())
  const [alice, bob] = await meet(browser, host.url, host.invitation ?? '')
  bob.page.on('websocket', (s) => { console.log('ws opened'); s.on('close', () => console.log('ws closed')); s.on('framesent', (f) => console.log('sent', String(f.payload).slice(0, 120))) })
  await bob.page.reload()
  await alice.writeTo('bob')
  await alice.say('Hello Bob')
  await bob.open('Alice')
  await bob.page.context().setOffline(true)
  console.log('offline')
  await bob.isConnected('waiting')
  await bob.say('offline one')
  await alice.say('meanwhile')
  await new Promise((r) => setTimeout(r, 3000))
  console.log(await bob.shown(), await alice.shown())
  console.log(bob.troubles)
  try { await bob.page.reload() } catch (e) { console.log('reload', String(e).slice(0,200)) }
  console.log(bob.page.url(), await bob.page.title())
} finally { await browser.close(); await host.dispose() }
