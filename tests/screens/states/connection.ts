import type { Person } from '../../support/person.ts'
import { type Cast, FRIEND } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive } from '../moves.ts'

/** The bar above everything, for as long as a connection is not as it should be. */
export async function* connection(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  line.mute()
  await loaded(person, cast, 'connecting')
  yield 'connecting'
  line.mend()
  line.hold('sync')
  await loaded(person, cast, 'catching-up')
  yield 'catching up'
  line.mend()
  await arrive(person, cast)
  await line.cut()
  await person.isConnected('waiting')
  yield 'the server is gone'
  line.mend()
  line.refuse('hello', 'unsupported-version')
  await loaded(person, cast, 'refused')
  yield 'a page that is out of date'
  line.mend()
  line.refuse('authenticate', 'insecure-connection')
  await loaded(person, cast, 'refused')
  yield 'an insecure address'
  line.mend()
  line.refuse('authenticate', 'not-found')
  await loaded(person, cast, 'refused')
  yield 'a server that does not know the account'
  line.mend()
}

async function loaded(person: Person, { host }: Cast, status: string): Promise<void> {
  await person.page.goto(host.url)
  await person.room(FRIEND).waitFor()
  await person.isConnected(status)
}
