import { MAX_PASSWORD_LENGTH } from '#protocol/limits.ts'
import { routes } from '#web/routes.ts'
import { PASSWORD, type Person } from '../../support/person.ts'
import { type Cast, FRIEND } from '../cast.ts'
import type { Line } from '../line.ts'
import { FAULTY_NAMES } from './faulty-names.ts'

/** Weak, fair, strong; the first is no password at all. */
const STRENGTHS = { short: 'mill', weak: 'millmill', fair: 'old-mill-1', strong: 'the old mill at noon' } as const

/** What can be seen of a server by those who have not logged in. */
export async function* entrance(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  yield* logIn(person, cast, line)
  yield* join(person, cast, line)
  yield* closed(person, cast, line)
}

async function* logIn(person: Person, { host }: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  const { handle, password, send } = fieldsOf(person, t.entrance.logIn)
  await page.goto(`${host.url}${routes.logIn}`)
  await page.getByRole('heading', { name: t.entrance.logInTitle }).waitFor()
  yield 'log in'
  await send.click()
  await page.getByText(t.entrance.passwordMissing).waitFor()
  yield 'log in, with nothing filled in'
  await handle.fill('nobody-here')
  await password.fill('not a password')
  await send.click()
  await page.getByText(t.refusals['wrong-credentials']).waitFor()
  yield 'log in, refused'
  line.refuse('log-in', 'too-frequent', 42_000)
  await send.click()
  await page.getByText(t.refusals['too-frequent']).waitFor()
  yield 'log in, too often'
  line.hold('log-in')
  await send.click()
  await page.getByRole('button', { name: t.entrance.loggingIn }).waitFor()
  yield 'logging in'
  line.mend()
}

async function* join(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  const { name, handle, password, send } = fieldsOf(person, t.entrance.join)
  await page.goto(await cast.invitation())
  await page.getByRole('heading', { name: t.entrance.joinTitleTo('Hillside') }).waitFor()
  yield 'join'
  for (const [level, text] of Object.entries(STRENGTHS)) {
    await password.fill(text)
    yield `join, a password that is ${level}`
  }
  await page.getByRole('button', { name: t.entrance.showPassword }).click()
  yield 'join, the password shown'
  await handle.fill('-')
  await password.fill('short')
  await send.click()
  await page.getByText(t.entrance.handleWrong).waitFor()
  yield 'join, all wrong'
  for (const fault of ['hidden', 'stacked'] as const) {
    await name.fill(FAULTY_NAMES[fault])
    await page.getByText(t.entrance.nameWrong[fault]).waitFor()
    yield `join, a name that is ${fault}`
  }
  await name.fill('Eve')
  await password.fill('x'.repeat(MAX_PASSWORD_LENGTH + 1))
  await page.getByText(t.entrance.passwordLong).waitFor()
  yield 'join, a password that is too long'
  await handle.fill(FRIEND.toLowerCase())
  await password.fill(PASSWORD)
  await send.click()
  await page.getByText(t.refusals['handle-taken']).waitFor()
  yield 'join, a handle that somebody has'
  await handle.fill('eve')
  await password.fill('iloveyou')
  await send.click()
  await page.getByText(t.refusals['weak-password']).waitFor()
  yield 'join, a common password'
  await password.fill(PASSWORD)
  line.hold('register')
  await send.click()
  await page.getByRole('button', { name: t.entrance.joining }).waitFor()
  yield 'joining'
  line.mend()
}

/** Where nobody gets in. */
async function* closed(person: Person, { host, front, usedUp }: Cast, line: Line): AsyncGenerator<string> {
  const { page, t } = person
  const { name, handle, password, send } = fieldsOf(person, t.entrance.join)
  await page.goto(usedUp)
  await name.fill('Eve')
  await handle.fill('eve')
  await password.fill(PASSWORD)
  await send.click()
  await page.getByText(t.refusals['invitation-invalid']).waitFor()
  yield 'join, an invitation that is used up'
  await page.goto(`${host.url}${routes.join('abc')}`)
  await page.getByRole('heading', { name: t.entrance.cutTitle }).waitFor()
  yield 'join, a link that is cut'
  await page.goto(`${front.origin}${routes.logIn}`)
  await page.getByText(t.connection.insecure).waitFor()
  yield 'log in, over an insecure address'
  await line.cut()
  await page.goto(`${host.url}${routes.logIn}`)
  await page.getByText(t.refusals.retry).waitFor()
  yield 'log in, while the server is gone'
  line.mend()
  line.refuse('hello', 'unsupported-version')
  await page.reload()
  await page.getByText(t.connection.update).waitFor()
  yield 'log in, from a page that is out of date'
  line.mend()
}

function fieldsOf({ page, t }: Person, button: string) {
  return {
    name: page.getByLabel(t.entrance.name, { exact: true }),
    handle: page.getByLabel(t.entrance.handle, { exact: true }),
    password: page.getByLabel(t.entrance.password, { exact: true }),
    send: page.getByRole('button', { name: button, exact: true }),
  }
}
