import { cp, rm } from 'node:fs/promises'
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
  await stage().withoutHost([alice, bob], () => cp(host.data, copy, { recursive: true }))
  await alice.say('Lost with the disk')
  await bob.timeline.sees('Lost with the disk')
  await stage().withoutHost([alice, bob], async () => {
    await rm(host.data, { recursive: true })
    await cp(copy, host.data, { recursive: true })
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
