import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import { type Cast, FRIEND, GONE } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive, turnTo } from '../moves.ts'

export async function* members(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  await arrive(person, cast)
  await turnTo(person, routes.room(cast.talks.group))
  await person.showMembers()
  yield 'members of a group'
  yield* adding(person, line)
  yield* removing(person, line)
  yield* leaving(person, line)
  await person.closeDialog()
  const show = person.page.getByRole('button', { name: person.t.room.showMembers })
  line.hold('list-members')
  await show.click()
  await person.page.getByRole('dialog').getByText(person.t.loading).waitFor()
  yield 'members, on their way'
  await person.closeDialog()
  line.refuse('list-members', 'retry')
  await show.click()
  await person.page.getByText(person.t.members.failed).waitFor()
  yield 'members that could not be loaded'
  line.mend()
}

async function* adding({ page, t }: Person, line: Line): AsyncGenerator<string> {
  const field = page.getByLabel(t.members.add)
  const add = page.getByRole('dialog').getByRole('button', { name: t.start.add, exact: true })
  await field.fill(FRIEND.toLowerCase())
  await add.click()
  await page.getByText(t.start.alreadyIn(FRIEND.toLowerCase())).waitFor()
  yield 'members of a group, one who is in already'
  line.refuse('invite-members', 'limit-reached')
  await field.fill(GONE.toLowerCase())
  await add.click()
  await page.getByText(t.refusals['limit-reached']).waitFor()
  yield 'members of a group, who are too many'
  line.mend()
}

async function* removing({ page, t }: Person, line: Line): AsyncGenerator<string> {
  await page.getByRole('button', { name: t.members.removeLabel(FRIEND) }).click()
  await page.getByText(t.members.removeSure(FRIEND)).waitFor()
  yield 'removing a member'
  line.refuse('remove-member', 'busy')
  await page.getByRole('button', { name: t.members.remove, exact: true }).click()
  await page.getByText(t.refusals.busy).waitFor()
  yield 'removing a member, refused'
  line.mend()
  await page.getByRole('button', { name: t.cancel, exact: true }).click()
}

async function* leaving({ page, t }: Person, line: Line): AsyncGenerator<string> {
  await page.getByRole('button', { name: t.members.leave }).click()
  await page.getByText(t.members.leaveSure).waitFor()
  yield 'leaving a group'
  line.refuse('leave', 'busy')
  await page.getByRole('button', { name: t.members.leaveYes, exact: true }).click()
  await page.getByText(t.refusals.busy).waitFor()
  yield 'leaving a group, refused'
  line.mend()
}
