import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import { type Cast, logOutBrowsers } from '../cast.ts'
import { turnTo } from '../moves.ts'

/** Where others can listen in, and where a page may not use the clipboard. */
export async function* ownerOfEmptyHouse(person: Person, { emptyHouse }: Cast): AsyncGenerator<string> {
  const { page, t } = person
  await page.goto(await emptyHouse.invitation())
  await page.getByText(t.connection.unprotectedAdvice).waitFor()
  yield 'join, over a network in the open'
  await page.goto(`${emptyHouse.origin}${routes.logIn}`)
  await page.getByText(t.connection.unprotectedAdvice).waitFor()
  yield 'log in, over a network in the open'
  await person.logIn(emptyHouse.origin)
  await page.getByText(t.rooms.noneLeadOwner).waitFor()
  yield 'no conversation yet, the owner'
  await turnTo(person, routes.settings)
  await page.getByText(t.settings.thisDevice).waitFor()
  yield 'settings, over a network in the open'
  await page.getByRole('button', { name: t.settings.inviteOpen }).click()
  await page.getByRole('button', { name: t.start.createInvitation }).click()
  await page.getByRole('button', { name: t.start.copy, exact: true }).click()
  await page.getByText(t.start.copyByHand).waitFor()
  yield 'an invitation, to be copied by hand'
  await logOutBrowsers(emptyHouse.owner)
  await page.getByText(t.entrance.revoked).waitFor()
  yield 'logged out from elsewhere'
}

export async function* guestOfEmptyHouse(person: Person, { emptyHouse }: Cast): AsyncGenerator<string> {
  await person.logIn(emptyHouse.origin)
  await person.page.getByText(person.t.rooms.noneLead).waitFor()
  yield 'no conversation yet, a member'
}
