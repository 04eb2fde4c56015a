import type { Person } from '../../support/person.ts'
import type { Cast } from '../cast.ts'
import type { Show } from '../states.ts'

async function open(person: Person, { host }: Cast): Promise<void> {
  await person.page.goto(`${host.url}/settings`)
  await person.page.getByText(person.t.settings.thisDevice).waitFor()
  await person.page.getByRole('radio', { name: person.t.settings.presenceShown }).waitFor()
}

export const settings: Record<string, Show> = {
  settings: open,

  'logging another device out': async (person, cast) => {
    await open(person, cast)
    await person.page
      .getByRole('button', { name: person.t.settings.revokeDevice('Laptop') })
      .first()
      .click()
    await person.page.getByText(person.t.settings.revokeSure).waitFor()
  },

  'logging out': async (person, cast) => {
    await open(person, cast)
    await person.page.getByRole('button', { name: person.t.settings.logOut, exact: true }).last().click()
    await person.page.getByText(person.t.settings.logOutSure).waitFor()
  },

  'logged out from elsewhere': async (person, cast) => {
    await open(person, cast)
    await cast.logOutOthers()
    await person.page.getByText(person.t.entrance.revoked).waitFor()
  },
}
