import { FRIEND, GROUP, LONG_GROUP } from '../cast.ts'
import type { Show } from '../states.ts'

/** At a list of conversations, with nothing open beside it. */
const list: Show = async (person, { host }) => {
  await person.page.goto(host.url)
  await person.isIn()
  await person.room(FRIEND).waitFor()
  await person.isConnected('live')
}

export const rooms: Record<string, Show> = {
  conversations: async (person, cast) => {
    await list(person, cast)
    await person.room(LONG_GROUP).waitFor()
  },

  'conversations, somebody writes': async (person, cast) => {
    await list(person, cast)
    const room = [...cast.friend.snug.rooms.values()].find(({ title }) => title === GROUP)
    if (room) cast.friend.snug.typing(room.id)
    await person
      .room(GROUP)
      .getByText(person.t.room.namesTyping([FRIEND]))
      .waitFor()
  },

  'conversations, none found': async (person, cast) => {
    await list(person, cast)
    await person.page.getByRole('searchbox').fill('xyz')
    await person.page.getByText(person.t.rooms.noneFound('xyz')).waitFor()
  },

  'an invitation, to somebody who is in': async (person, cast) => {
    await person.page.goto(await cast.invitation())
    await person.page.getByRole('heading', { name: person.t.entrance.alreadyTitle }).waitFor()
  },
}
