import type { Browser } from 'playwright-core'
import { expect } from 'vitest'
import type { NodeHostProcess } from './node-host.ts'
import { Person } from './person.ts'

/** Two people meet through the pages: the owner by the first invitation, the other by the owner's. */
export async function meet(browser: Browser, origin: string, invitation: string): Promise<[Person, Person]> {
  const alice = await Person.at(browser)
  await alice.join(`${origin}/join/${invitation.split('/').at(-1)}`, 'alice', 'Alice')
  const link = await alice.invite()
  expect(link.startsWith(origin)).toBe(true)
  const bob = await Person.at(browser)
  await bob.join(link, 'bob', 'Bob')
  return [alice, bob]
}

/** They talk, reload, go offline, write, return, and live through a killed host: the same order on both sides, nothing lost or twice. */
export async function talkThroughTrouble(alice: Person, bob: Person, host: NodeHostProcess): Promise<void> {
  await alice.writeTo('bob')
  await alice.say('Hello Bob')
  await bob.expectUnread('Alice', '1 unread message')
  await bob.open('Alice')
  await bob.sees('Hello Bob')
  await bob.expectUnread('Alice', null)
  await alice.page.locator('article', { hasText: 'Hello Bob' }).getByText('Read', { exact: true }).waitFor()
  await bob.say('Hello Alice')
  await alice.sees('Hello Alice')

  await alice.page.reload()
  await alice.sees('Hello Alice')
  await bob.page.context().setOffline(true)
  await bob.isConnected('waiting')
  await bob.say('Written offline, one')
  await bob.say('Written offline, two')
  await alice.say('Meanwhile, one')
  await alice.sees('Meanwhile, one')
  await bob.page.context().setOffline(false)
  await bob.sees('Written offline, two')
  await alice.sees('Written offline, two')
  await bob.sees('Meanwhile, one')

  await host.kill('SIGKILL')
  await Promise.all([alice.isConnected('waiting'), bob.isConnected('waiting')])
  await alice.say('Written while the server is gone')
  await host.restart()
  await alice.sees('Written while the server is gone')
  await bob.sees('Written while the server is gone')
  await bob.say('The end')
  await alice.sees('The end')
  await bob.sees('The end')

  const seen = await alice.shown()
  expect(seen.map(({ text }) => text).toSorted()).toEqual(
    [
      'Hello Bob',
      'Hello Alice',
      'Written offline, one',
      'Written offline, two',
      'Meanwhile, one',
      'Written while the server is gone',
      'The end',
    ].toSorted(),
  )
  expect(seen.map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6, 7, 8])
  expect(await bob.shown()).toEqual(seen)
}
