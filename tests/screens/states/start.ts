import type { Person } from '../../support/person.ts'
import { type Cast, FRIEND, QUIET } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive } from '../moves.ts'
import { FAULTY_NAMES } from './faulty-names.ts'

/** The dialog in which everything begins. */
export async function* start(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  await arrive(person, cast)
  await page.getByRole('button', { name: t.rooms.new }).first().click()
  yield* direct(person)
  await page.getByRole('radio', { name: t.start.group, exact: true }).check()
  yield* group(person, line)
  await page.getByRole('radio', { name: t.start.invite, exact: true }).check()
  yield* invitation(person, line)
  await person.closeDialog()
}

async function* direct({ page, t, handle }: Person): AsyncGenerator<string> {
  const field = page.getByLabel(t.start.theirHandle)
  await field.waitFor()
  yield 'a new conversation'
  await field.fill('nobody')
  await page.getByRole('button', { name: t.start.openDirect }).click()
  await page.getByText(t.start.nobody('nobody')).waitFor()
  yield 'a new conversation, nobody of that name'
  await field.fill(handle)
  await page.getByRole('button', { name: t.start.openDirect }).click()
  await page.getByText(t.start.yourself).waitFor()
  yield 'a new conversation, with oneself'
}

async function* group({ page, t }: Person, line: Line): AsyncGenerator<string> {
  const create = page.getByRole('button', { name: t.start.createGroup })
  await create.click()
  await page.getByText(t.start.groupTitleWrong.length).waitFor()
  yield 'a new group, without a name'
  for (const fault of ['hidden', 'stacked'] as const) {
    await page.getByLabel(t.start.groupTitle).fill(FAULTY_NAMES[fault])
    await create.click()
    await page.getByText(t.start.groupTitleWrong[fault]).waitFor()
    yield `a new group, a name that is ${fault}`
  }
  await page.getByLabel(t.start.groupTitle).fill('Book club')
  const field = page.getByLabel(t.start.members)
  for (const name of [FRIEND, QUIET]) {
    await field.fill(name.toLowerCase())
    await field.press('Enter')
    await page.getByRole('button', { name: t.start.removeMember(name) }).waitFor()
  }
  line.refuse('create-group', 'limit-reached')
  await create.click()
  await page.getByText(t.refusals['limit-reached']).waitFor()
  yield 'a new group, refused'
  line.mend()
  await field.fill('theo')
  await page.getByRole('button', { name: t.start.add, exact: true }).waitFor()
  yield 'a new group'
}

async function* invitation({ page, t }: Person, line: Line): AsyncGenerator<string> {
  const create = page.getByRole('button', { name: t.start.createInvitation })
  await create.waitFor()
  yield 'an invitation, to be made'
  line.refuse('create-invitation', 'limit-reached')
  await create.click()
  await page.getByText(t.refusals['limit-reached']).waitFor()
  yield 'an invitation, refused'
  line.mend()
  await create.click()
  await page.getByLabel(t.start.link).waitFor()
  yield 'an invitation'
  await page.context().grantPermissions(['clipboard-write'])
  await page.getByRole('button', { name: t.start.copy, exact: true }).click()
  await page.getByRole('button', { name: t.start.copied, exact: true }).waitFor()
  yield 'an invitation, copied'
}
