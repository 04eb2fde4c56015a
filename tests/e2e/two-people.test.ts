import { describe, expect, test } from 'vitest'
import { count } from '../support/counts.ts'
import { HOST_NAMES, HOST_OF_RUN, type HostName } from '../support/hosts.ts'
import { TALL } from '../support/person.ts'
import { stageOfEachTest } from '../support/stage.ts'
import { Story } from '../support/story.ts'

/** A long story, and a host that starts twice. */
const TIMEOUT_MS = 180_000

/** The others tell the chapters between only in `npm run test:long`: for a page they differ in how they start and end. */
function tellsAll(on: HostName): boolean {
  return count(on === HOST_OF_RUN, true)
}

describe.each(HOST_NAMES)('on %s', (on) => {
  const stage = stageOfEachTest({ on, people: { viewport: TALL } })

  test(
    `two people register by invitation, talk,${tellsAll(on) ? ' reload, go offline, write, return,' : ''} outlive a killed host: same order, nothing lost or twice, counts and marks right`,
    async () => {
      const [alice, bob] = await stage().gather('alice', 'bob')
      const story = new Story(stage(), alice, bob)
      await story.beginning()
      if (tellsAll(on)) {
        await story.theyNoticeEachOther()
        await story.bothReload()
        await story.oneIsElsewhere()
        await story.oneIsOffline()
      }
      await story.theHostIsKilled()
      await story.bothReload()
    },
    TIMEOUT_MS,
  )
})

describe('invitations', () => {
  const stage = stageOfEachTest()

  test('an invitation is good for as many as it says, and whoever has none gets no account', async () => {
    const [alice] = await stage().gather('alice')
    const eve = await stage().newcomer('eve')
    await eve.page.goto(stage().firstInvitation)
    await eve.page.getByLabel('Name', { exact: true }).fill('Eve')
    await eve.page.getByLabel('Handle', { exact: true }).fill('eve')
    await eve.page.getByLabel('Password', { exact: true }).fill('a long enough password')
    await eve.page.getByRole('button', { name: 'Create account' }).click()
    await eve.page.getByText('This invitation is used up or has expired.').waitFor()
    await eve.page.goto(stage().origin)
    await eve.isAtTheDoor()
    await expect.poll(() => new URL(eve.page.url()).pathname).toBe('/login')
    await alice.isConnected('live')
  })
})
