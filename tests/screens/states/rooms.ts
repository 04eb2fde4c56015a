import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import { type Cast, FRIEND, QUIET } from '../cast.ts'
import { arrive, turnTo } from '../moves.ts'
import { GROUP, NEWS } from '../talks.ts'

/** The list, with nothing open beside it. */
export async function* rooms(person: Person, cast: Cast): AsyncGenerator<string> {
  const { page, t } = person
  const { friend } = cast.people
  await arrive(person, cast)
  await turnTo(person, routes.room(cast.talks.delivered))
  await person.isAt(QUIET)
  await person.composer.fill('Tell me when they come up, and how')
  await turnTo(person, routes.home)
  for (const text of ['The beans are in.', 'Who has the key of the shed?']) await friend.say(cast.talks.news, text)
  await person
    .room(NEWS)
    .getByRole('img', { name: t.rooms.unread(2) })
    .waitFor()
  await person.room(QUIET).getByText(t.rooms.draft).waitFor()
  yield 'conversations'
  friend.snug.typing(cast.talks.group)
  await person
    .room(GROUP)
    .getByText(t.room.namesTyping([FRIEND]))
    .waitFor()
  yield 'conversations, somebody writes'
  await page.getByRole('searchbox').fill('xyz')
  await page.getByText(t.rooms.noneFound('xyz')).waitFor()
  yield 'conversations, none found'
  await page.getByRole('searchbox').fill('')
  await turnTo(person, routes.room(cast.talks.news))
  await page.getByText(t.room.unreadFrom, { exact: true }).waitFor()
  yield 'new messages'
  await page.goto(await cast.invitation())
  await page.getByRole('heading', { name: t.entrance.alreadyTitle }).waitFor()
  yield 'an invitation, to somebody who is in'
}
