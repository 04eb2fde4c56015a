import type { Down } from '#protocol/down.ts'
import type { RoomId } from '#protocol/ids.ts'
import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import type { Cast } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive, turnTo } from '../moves.ts'
import { LONG_NAME } from '../talks.ts'

export async function* conversation(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  await arrive(person, cast)
  yield* ofTwo(person, cast)
  yield* ofMore(person, cast, line)
}

async function* ofTwo(person: Person, { talks, people }: Cast): AsyncGenerator<string> {
  const { page, t, timeline } = person
  await turnTo(person, routes.room(talks.direct))
  await timeline.isMarked('It is. I bring it on Saturday.', t.room.read)
  await person.sees(t.room.online)
  yield 'a conversation of two'
  people.friend.snug.typing(talks.direct)
  await person.sees(t.room.typing)
  yield 'the other is writing'
  await person.composer.fill('Shall I bring\nsomething else?\nThere is room in the bag.')
  yield 'a text of several lines'
  const fit = page.locator('form [role=status]')
  await person.composer.fill('x'.repeat(15_900))
  await fit.filter({ hasText: '480' }).waitFor()
  yield 'a text that is nearly too long'
  await person.composer.fill('x'.repeat(17_000))
  await fit.filter({ hasText: '620' }).waitFor()
  yield 'a text that is too long'
  await person.composer.fill('')
  await turnTo(person, routes.room(talks.delivered))
  await timeline.isMarked('The seeds are yours', t.room.received)
  await person.sees(t.room.online)
  yield 'a message that was delivered, and a draft'
  await turnTo(person, routes.room(talks.withOneWhoIsGone))
  await timeline.isMarked('Keep it as long as you like', t.room.sent)
  await person.sees(t.room.seen('').trim())
  yield 'a conversation with somebody who is gone'
}

async function* ofMore(person: Person, { talks }: Cast, line: Line): AsyncGenerator<string> {
  const { page, t, timeline } = person
  await turnTo(person, routes.room(talks.group))
  await timeline.isMarked('Nine it is.', t.room.readBy(2))
  yield 'a group'
  await turnTo(person, routes.room(talks.longName))
  await person.isAt(LONG_NAME)
  await timeline.sees('A first word.')
  yield 'a group with a long name'
  await turnTo(person, routes.room(talks.alone))
  await person.sees(t.room.members(1))
  yield 'a group of nobody else'
  yield* stranded(person, talks.alone, line)
  await turnTo(person, `/room/g_${'A'.repeat(22)}`)
  await page.getByText(t.rooms.gone).waitFor()
  yield 'a conversation that is not here'
}

/** The room is gone while something waits to be sent there. */
async function* stranded({ page, t, composer, timeline }: Person, room: RoomId, line: Line): AsyncGenerator<string> {
  line.hold('send')
  await composer.fill('Water the ferns')
  await page.getByRole('button', { name: t.room.send }).click()
  await timeline.seesWaiting('Water the ferns')
  line.change((said) => without(room, said))
  await page.reload()
  await page.getByText(t.rooms.stranded).waitFor()
  yield 'a conversation that is not here, with what was not sent'
  line.mend()
  await page.reload()
  await timeline.sees('Water the ferns')
}

function without(room: RoomId, said: Down): Down {
  if (said.type === 'ready') return { ...said, rooms: said.rooms.filter((one) => one !== room) }
  return said.type === 'heads' ? { ...said, heads: said.heads.filter((head) => head.room !== room) } : said
}
