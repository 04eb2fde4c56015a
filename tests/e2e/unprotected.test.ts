import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFront } from '../support/front.ts'
import { stageOfEachTest } from '../support/stage.ts'
import type { Way } from '../support/way.ts'

const NAME = 'Lindqvist family'

const stage = stageOfEachTest({ host: ['--insecure-lan', '--server-name', NAME] })
let front: Way

beforeEach(async () => {
  front = await openFront(stage().origin)
})
afterEach(() => front.close())

test.each(['en', 'zh'] as const)(
  'who talks in the open is told so at the door and inside, and by whose server, in %s',
  async (language) => {
    const alice = await stage().newcomer('alice', { language })
    const { page, t } = alice
    const link = stage().firstInvitation.replace(stage().origin, front.origin)
    await page.goto(link)
    await page.getByRole('heading', { name: t.entrance.joinTitleTo(NAME) }).waitFor()
    await page.getByText(t.connection.unprotectedAdvice).waitFor()
    await expect.poll(() => page.title()).toBe(NAME)
    await alice.join(link)
    await page.getByRole('navigation').getByText(NAME).waitFor()
    await page.getByText(t.connection.unprotected).waitFor()
    await page.getByRole('link', { name: t.connection.whatToDo }).click()
    await page.getByRole('main').getByText(t.connection.unprotectedAdvice).waitFor()
    await page.getByRole('main').getByText(NAME).waitFor()
  },
)

test('who comes over a protected way reads nothing of the kind', async () => {
  const [alice] = await stage().gather('alice')
  await alice.openSettings()
  expect(await alice.page.getByText(alice.t.connection.unprotected).count()).toBe(0)
})
