import { expect, test } from 'vitest'
import { PASSWORD } from '../support/person.ts'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest()

test('a cut or mistyped invitation link says so instead of showing a form, in both languages', async () => {
  for (const language of ['en', 'zh'] as const) {
    const eve = await stage().newcomer('eve', { language })
    for (const link of [stage().firstInvitation.slice(0, -1), `${stage().origin}/join/`, `${stage().origin}/join`]) {
      await eve.page.goto(link)
      await eve.page.getByRole('heading', { name: eve.t.entrance.cutTitle }).waitFor()
      expect(await eve.page.getByRole('textbox').count()).toBe(0)
    }
    await eve.page.goto(`${stage().firstInvitation}.`)
    await eve.page.getByRole('heading', { name: eve.t.entrance.joinTitle }).waitFor()
  }
})

test('the first field has the focus, and after a mistake the first wrong one', async () => {
  const [alice] = await stage().gather('alice')
  const link = await alice.invite()
  const eve = await stage().newcomer('eve')
  const { page } = eve
  await page.goto(`${stage().origin}/login`)
  await expect.poll(() => eve.focused()).toBe('Handle')
  await page.keyboard.type('eve')
  await page.keyboard.press('Enter')
  await expect.poll(() => eve.focused()).toBe('Password')

  await page.goto(link)
  await expect.poll(() => eve.focused()).toBe('Name')
  await page.keyboard.type('Eve')
  await page.getByLabel('Password', { exact: true }).fill('a long enough password')
  await page.keyboard.press('Enter')
  await expect.poll(() => eve.focused()).toBe('Handle')
  await page.keyboard.type('alice')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('Somebody has this handle already.').waitFor()
  await expect.poll(() => eve.focused()).toBe('Handle')
})

test.each([1280, 390])('in a low window of %i pixels the whole door can be seen, by scrolling', async (width) => {
  const { page, t } = await stage().newcomer('eve', { viewport: { width, height: 480 } })
  await page.goto(stage().firstInvitation)
  const title = page.getByRole('heading', { name: t.entrance.joinTitle })
  await title.waitFor()
  for (const [end, locator] of [
    ['top', title],
    ['bottom', page.getByRole('button', { name: '中文' })],
  ] as const) {
    await locator.scrollIntoViewIfNeeded()
    const { y = 0, height = 0 } = (await locator.boundingBox()) ?? {}
    expect([end, y >= 0 && y + height <= 480]).toEqual([end, true])
  }
})

test('a link to a conversation leads there after log-in', async () => {
  const [bob, alice] = await stage().meet('bob', 'alice')
  await alice.writeTo(bob)
  await alice.say('Here')
  const link = alice.page.url()
  const elsewhere = await stage().newcomer('alice')
  await elsewhere.logIn(stage().origin, link)
  await elsewhere.timeline.sees('Here')
  expect(elsewhere.page.url()).toBe(link)
})

test('the owner finds invitations in the settings too', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.openSettings()
  await alice.page.getByRole('button', { name: 'Create an invitation link' }).click()
  await alice.page.getByRole('button', { name: 'Create link' }).click()
  expect(await alice.page.getByLabel('Invitation link').inputValue()).toContain('/join/')
  await bob.openSettings()
  expect(await bob.page.getByRole('button', { name: 'Create an invitation link' }).count()).toBe(0)
})

test('without the server what is wrong is said once, and no more when something is edited', async () => {
  const [alice] = await stage().gather('alice')
  const elsewhere = await stage().newcomer('alice')
  const { page, t } = elsewhere
  await page.goto(`${stage().origin}/login`)
  await elsewhere.isConnected('live')
  await stage().withoutHost([alice, elsewhere], async () => {
    await page.getByRole('status').getByText(t.refusals.retry).waitFor()
    await page.getByLabel(t.entrance.handle, { exact: true }).fill('alice')
    await page.getByLabel(t.entrance.password, { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: t.entrance.logIn }).click()
    await page.getByRole('alert').getByText(t.refusals.retry).waitFor()
    expect(await page.getByText(t.refusals.retry).count()).toBe(1)
    await page.getByLabel(t.entrance.handle, { exact: true }).fill('bob')
    await expect.poll(() => page.getByRole('alert').count()).toBe(0)
  })
})
