import type { Person } from '../../support/person.ts'
import { type Cast, FRIEND, GROUP, LONG_GROUP } from '../cast.ts'
import type { Show } from '../states.ts'

async function open(person: Person, { host }: Cast, name: string): Promise<void> {
  await person.page.goto(host.url)
  await person.isIn()
  await person.open(name)
  await person.isConnected('live')
}

export const conversation: Record<string, Show> = {
  'a conversation of two': async (person, cast) => {
    await open(person, cast, FRIEND)
    await person.timeline.sees('It is. I bring it on Saturday.')
    await person.sees(person.t.room.online)
  },

  'a group': async (person, cast) => {
    await open(person, cast, GROUP)
    await person.timeline.sees('Nine it is.')
  },

  'a group with a long name': async (person, cast) => {
    await open(person, cast, LONG_GROUP)
    await person.timeline.sees('A first word.')
  },

  'members of a group': async (person, cast) => {
    await open(person, cast, GROUP)
    await person.showMembers()
  },

  'leaving a group': async (person, cast) => {
    await open(person, cast, GROUP)
    await person.showMembers()
    await person.page.getByRole('button', { name: person.t.members.leave }).click()
    await person.page.getByText(person.t.members.leaveSure).waitFor()
  },

  'new messages': async (person, cast) => {
    const title = `News ${Date.now()}`
    const room = await cast.group(title)
    await person.page.goto(cast.host.url)
    await person.room(title).waitFor()
    await cast.friend.say(room, 'One')
    await cast.friend.say(room, 'Two')
    await person
      .room(title)
      .getByRole('img', { name: person.t.rooms.unread(2) })
      .waitFor()
    await person.open(title)
    await person.page.getByText(person.t.room.unreadFrom, { exact: true }).waitFor()
  },

  'a text that is too long': async (person, cast) => {
    await open(person, cast, FRIEND)
    await person.timeline.sees('It is. I bring it on Saturday.')
    await person.composer.fill('x'.repeat(17_000))
    await person.page.locator('form [role=status]').filter({ hasText: /\d/ }).waitFor()
    await person.composer.fill('x'.repeat(16_500))
  },

  'offline, with a message that waits': async (person, cast) => {
    await open(person, cast, FRIEND)
    await person.composer.fill('')
    await person.goOffline()
    await person.composer.fill('Written on the train')
    await person.page.getByRole('button', { name: person.t.room.send }).click()
    await person.timeline.seesWaiting('Written on the train')
  },

  'a conversation that is not here': async (person, cast) => {
    await person.page.context().setOffline(false)
    await person.page.goto(`${cast.host.url}/room/g_${'A'.repeat(22)}`)
    await person.page.getByText(person.t.rooms.gone).waitFor()
    person.watch.networkBack()
  },
}
