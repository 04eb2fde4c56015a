import { expect, test } from 'vitest'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest()

test('a page with default settings talks to its own server and to nobody else', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  const asked = new Set<string>()
  for (const { page } of [alice, bob]) {
    page.on('request', (request) => asked.add(new URL(request.url()).host))
    page.on('websocket', (socket) => asked.add(new URL(socket.url()).host))
    await page.reload()
  }
  await alice.writeTo(bob)
  await alice.say('A link to https://example.org/ is not looked up')
  await bob.open('Alice')
  await bob.timeline.sees('is not looked up')
  await bob.openSettings()
  await bob.page.getByText('This device').waitFor()
  expect([...asked]).toEqual([new URL(stage().origin).host])
})
