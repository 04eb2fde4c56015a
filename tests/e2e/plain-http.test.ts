import { expect, test } from 'vitest'
import { MAPPED_NAME } from '../support/browser.ts'
import { TALL } from '../support/person.ts'
import { stageOfEachTest } from '../support/stage.ts'
import { Story } from '../support/story.ts'

const stage = stageOfEachTest({ name: MAPPED_NAME, people: { viewport: TALL } })

test('the same from a plain http:// host name, where a page has neither subtle crypto, nor UUIDs, nor locks', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  for (const { page } of [alice, bob]) {
    expect(new URL(page.url()).hostname).toBe(MAPPED_NAME)
    const has = await page.evaluate(() => ({
      secureContext: isSecureContext,
      subtle: typeof crypto.subtle,
      randomUUID: typeof crypto.randomUUID,
      locks: typeof navigator.locks,
    }))
    expect(has).toEqual({ secureContext: false, subtle: 'undefined', randomUUID: 'undefined', locks: 'undefined' })
  }
  const story = new Story(stage(), alice, bob)
  await story.beginning()
  await story.bothReload()
  await story.oneIsElsewhere()
  await story.oneIsOffline()
  await story.theHostIsKilled()
})
