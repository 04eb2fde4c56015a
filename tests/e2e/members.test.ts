import { expect, test } from 'vitest'
import type { Person } from '../support/person.ts'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest()

test('an open list of members follows who comes, who goes and who owns the group then', async () => {
  const [alice, bob, carol] = await stage().gather('alice', 'bob', 'carol')
  await alice.createGroup('Plans', [bob])
  await bob.open('Plans')
  await bob.showMembers()
  await expect.poll(() => members(bob)).toEqual(['Alice@alice Owner', 'Bob (You)@bob'])

  await alice.showMembers()
  await alice.addMember(bob)
  await alice.page.getByText('@bob is a member already.').waitFor()
  await expect.poll(() => alice.focused()).toBe('Add by handle')
  await alice.addMember(carol)
  await expect.poll(() => members(bob)).toEqual(['Alice@alice Owner', 'Bob (You)@bob', 'Carol@carol'])

  await carol.open('Plans')
  await alice.page.getByRole('button', { name: 'Remove Carol' }).click()
  await alice.page.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect.poll(() => members(bob)).toEqual(['Alice@alice Owner', 'Bob (You)@bob'])
  await carol.page.getByText('This conversation is not here').waitFor()
  await bob.page.getByText('Alice removed Carol').first().waitFor()
  expect(await bob.page.getByRole('button', { name: /^Remove/ }).count()).toBe(0)
  await alice.addMember(carol)
  await expect.poll(() => members(bob)).toEqual(['Alice@alice Owner', 'Bob (You)@bob', 'Carol@carol'])

  await carol.open('Plans')
  await carol.goOffline()
  await carol.say('Not sent yet')
  await carol.timeline.seesWaiting('Not sent yet')
  await alice.page.getByRole('button', { name: 'Remove Carol' }).click()
  await alice.page.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect.poll(() => members(bob)).toEqual(['Alice@alice Owner', 'Bob (You)@bob'])
  await carol.goOnline()
  await carol.page.getByText('This conversation is not here').waitFor()
  await carol.page.getByRole('listitem').getByText('Not sent yet').waitFor()
  await alice.addMember(carol)
  await carol.page.getByRole('button', { name: 'Try again' }).click()
  await bob.timeline.sees('Not sent yet')
  await carol.timeline.sees('Not sent yet')
  await expect.poll(() => members(bob)).toEqual(['Alice@alice Owner', 'Bob (You)@bob', 'Carol@carol'])

  await alice.page.getByRole('button', { name: 'Leave group' }).click()
  await alice.page.getByRole('button', { name: 'Leave', exact: true }).click()
  await expect.poll(() => members(bob)).toEqual(['Bob (You)@bob Owner', 'Carol@carol'])
})

async function members({ page }: Person): Promise<string[]> {
  const items = await page.getByRole('list', { name: 'Members' }).getByRole('listitem').all()
  const texts = await Promise.all(
    items.map((item) => item.locator(':scope > div > span:not([aria-hidden])').allTextContents()),
  )
  return texts.map((parts) => parts.join(' ')).sort()
}
