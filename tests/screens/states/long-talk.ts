import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import { standsStill } from '../../support/read-line.ts'
import type { Cast } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive, turnTo } from '../moves.ts'

/** A conversation that is longer than what this device has of it. */
export async function* longTalk(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  const { friend } = cast.people
  const room = cast.talks.long
  line.hold('history')
  await arrive(person, cast)
  await scrollUp(person, cast)
  await page.getByText(t.room.loadingOlder).waitFor()
  yield 'older messages, on their way'
  line.mend()
  line.refuse('history', 'busy')
  await arrive(person, cast)
  await scrollUp(person, cast)
  await page.getByText(t.room.olderFailed).waitFor()
  yield 'older messages that could not be loaded'
  line.mend()
  await page.getByRole('button', { name: t.tryAgain }).click()
  await page.getByText(t.room.olderFailed).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: t.room.toNewest }).waitFor()
  yield 'older messages'
  for (const text of ['Who reads on?', 'Chapter seven on Sunday?']) await friend.say(room, text)
  await page.getByRole('button', { name: t.room.newBelow(2) }).click({ trial: true })
  yield 'older messages, and new ones below'
  // Read, so that the next walk finds it as this one did.
  await page.getByRole('button', { name: t.room.newBelow(2) }).click()
  await friend.sees(room, ({ head, marks }) => [...marks.values()].some((mark) => mark === head))
}

async function scrollUp(person: Person, { talks }: Cast): Promise<void> {
  await turnTo(person, routes.room(talks.long))
  const messages = person.page.getByRole('region', { name: person.t.room.messages, exact: true })
  await messages.locator('article').last().waitFor()
  await messages.evaluate((list) => list.scrollTo(0, 0))
  await standsStill(person.page)
}
