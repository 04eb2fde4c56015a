import { expect, test } from 'vitest'
import { count } from '../support/counts.ts'
import { type Person, TALL } from '../support/person.ts'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest({ people: { viewport: TALL } })
const TIMES = count(10, 100)

test(`a page that is loaded anew right after Enter loses nothing: ${TIMES} texts are each sent once, or in the field again`, async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  const texts = Array.from({ length: TIMES }, (_, i) => `Text ${i + 1} of many`)
  // What a reload cuts off under way is no trouble here.
  alice.watch.networkLost()
  for (const text of texts) {
    await alice.composer.fill(text)
    await alice.composer.press('Enter')
    await alice.page.reload()
    await settled(alice, text)
  }
  await expect.poll(() => alice.timeline.texts()).toEqual(texts)
  await bob.open('Alice')
  await expect.poll(() => bob.timeline.texts()).toEqual(texts)
})

/** It is in the timeline, or in the field: then the person sends it again, which they do not have to write again. */
async function settled(person: Person, text: string): Promise<void> {
  await person.isConnected('live')
  const timesSent = async () => (await person.timeline.texts()).filter((each) => each === text).length
  const places = async () => ({ sent: await timesSent(), draft: await person.composer.inputValue() })
  await expect.poll(places).toEqual(
    expect.toBeOneOf([
      { sent: 1, draft: '' },
      { sent: 0, draft: text },
    ]),
  )
  if ((await timesSent()) === 0) await person.composer.press('Enter')
  await person.timeline.sees(text)
}
