import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import type { Cast } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive, turnTo } from '../moves.ts'

export async function* settings(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  await arrive(person, cast)
  yield* unanswered(person, line)
  await turnTo(person, routes.settings)
  await page.getByText(t.settings.thisDevice).waitFor()
  await page.getByRole('radio', { name: t.settings.presenceShown }).waitFor()
  yield 'settings'
  yield* themes(person)
  await page.getByText(t.settings.version('')).scrollIntoViewIfNeeded()
  yield 'settings, further down'
  yield* refusals(person, line)
  await page.getByRole('button', { name: t.settings.logOut, exact: true }).last().click()
  await page.getByText(t.settings.logOutSure).waitFor()
  yield 'logging out'
  yield* unloaded(person, line)
}

async function* unanswered(person: Person, line: Line): AsyncGenerator<string> {
  for (const type of ['get-settings', 'list-devices'] as const) line.hold(type)
  await turnTo(person, routes.settings)
  await person.page.getByText(person.t.loading).last().scrollIntoViewIfNeeded()
  yield 'settings, on their way'
  line.mend()
  await turnTo(person, routes.home)
}

async function* themes({ page, t }: Person): AsyncGenerator<string> {
  const choose = (name: string) =>
    page.getByRole('group', { name: t.settings.theme }).getByRole('radio', { name, exact: true }).check()
  await choose(t.settings.light)
  yield 'settings, always light'
  await choose(t.settings.dark)
  yield 'settings, always dark'
  await choose(t.settings.themeAuto)
}

async function* refusals({ page, t }: Person, line: Line): AsyncGenerator<string> {
  line.refuse('change-settings', 'busy', 5_000)
  await page.getByRole('radio', { name: t.settings.presenceHidden }).click()
  await page.getByText(t.refusals.busy).waitFor()
  yield 'settings, a change that was refused'
  await page.getByRole('button', { name: t.settings.revokeDevice('Laptop') }).click()
  await page.getByText(t.settings.revokeSure).waitFor()
  yield 'logging another device out'
  line.refuse('revoke-device', 'not-found')
  await page.getByRole('alert').getByRole('button', { name: t.settings.revoke }).click()
  await page.getByText(t.refusals['not-found']).scrollIntoViewIfNeeded()
  yield 'logging another device out, refused'
  line.mend()
}

async function* unloaded(person: Person, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  for (const type of ['get-settings', 'list-devices'] as const) line.refuse(type, 'busy')
  await turnTo(person, routes.home)
  await turnTo(person, routes.settings)
  await page.getByText(t.settings.devicesFailed).scrollIntoViewIfNeeded()
  await page.getByText(t.settings.privacyFailed).waitFor()
  yield 'settings that could not be loaded'
  line.mend()
}
