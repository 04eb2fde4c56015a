import type { Person } from '../../support/person.ts'
import { FRIEND, QUIET } from '../cast.ts'
import type { Show } from '../states.ts'

async function begin(person: Person, url: string, kind: string): Promise<void> {
  await person.page.goto(url)
  await person.isIn()
  await person.isConnected('live')
  await person.page.getByRole('button', { name: person.t.rooms.new }).first().click()
  await person.page.getByRole('radio', { name: kind, exact: true }).check()
}

export const start: Record<string, Show> = {
  'a new conversation, nobody of that name': async (person, { host }) => {
    await begin(person, host.url, person.t.start.direct)
    await person.page.getByLabel(person.t.start.theirHandle).fill('nobody')
    await person.page.getByRole('button', { name: person.t.start.openDirect }).click()
    await person.page.getByText(person.t.start.nobody('nobody')).waitFor()
  },

  'a new group': async (person, { host }) => {
    await begin(person, host.url, person.t.start.group)
    await person.page.getByLabel(person.t.start.groupTitle).fill('Book club')
    const field = person.page.getByLabel(person.t.start.members)
    for (const name of [FRIEND, QUIET]) {
      await field.fill(name.toLowerCase())
      await field.press('Enter')
      await person.page.getByRole('button', { name: person.t.start.removeMember(name) }).waitFor()
    }
  },

  'an invitation': async (person, { host }) => {
    await begin(person, host.url, person.t.start.invite)
    await person.page.getByRole('button', { name: person.t.start.createInvitation }).click()
    await person.page.getByLabel(person.t.start.link).waitFor()
  },
}
