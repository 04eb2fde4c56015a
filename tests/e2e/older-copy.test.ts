import { cp, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest({ on: 'node-host' })

test('an open page whose server was set back to an older copy of its data shows what is there, and what comes then', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  for (const text of ['One', 'Two']) await alice.say(text)
  await bob.open('Alice')
  await bob.timeline.sees('Two')
  const { host } = stage()
  const copy = `${host.data}-copy`
  await stage().withoutHost([alice, bob], () => copyFolder(host.data, copy))
  await alice.say('Lost with the disk')
  await bob.timeline.sees('Lost with the disk')
  await stage().withoutHost([alice, bob], async () => {
    await rm(host.data, { recursive: true })
    await copyFolder(copy, host.data)
  })
  for (const person of [alice, bob]) await expect.poll(() => person.timeline.texts()).toEqual(['One', 'Two'])
  await bob.say('What now?')
  for (const person of [alice, bob]) {
    await expect.poll(() => person.timeline.texts()).toEqual(['One', 'Two', 'What now?'])
    await person.page.reload()
    await expect.poll(() => person.timeline.texts()).toEqual(['One', 'Two', 'What now?'])
  }
  await rm(copy, { recursive: true })
})

/** A socket that a killed host has left holds nothing, and Node does not copy any. */
function copyFolder(from: string, to: string): Promise<void> {
  return cp(from, to, { recursive: true, filter: (path) => basename(path) !== 'control' })
}
