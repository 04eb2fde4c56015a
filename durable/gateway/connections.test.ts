import { expect, test } from 'vitest'
import { makeId } from '#protocol/ids.ts'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { DEFAULT_LIMITS } from '../ports/host.ts'
import { Connection, type Session } from './connection.ts'
import { Connections } from './connections.ts'
import { Outgoing } from './outgoing.ts'

const sockets = { send() {}, close() {}, heardAt: () => 0, survivors: () => [], afterTurn() {}, whenCalm() {} }
const outgoing = new Outgoing(sockets, () => {})
const origin = { transport: 'loopback', address: '', network: '' } as const
const random = new SeededRandom(1)

/** Counts how often anybody looks at who a connection is. */
class Watched extends Connection {
  static looks = 0
  #session: Session = { state: 'new' }

  constructor(i: number) {
    super(`s${i}`, origin, outgoing, DEFAULT_LIMITS, 0)
    Object.defineProperty(this, 'session', {
      get: () => {
        Watched.looks++
        return this.#session
      },
      set: (session: Session) => {
        this.#session = session
      },
    })
  }
}

test('2,000 connections that come and go at once are each looked at a few times', () => {
  const users = Array.from({ length: 1_000 }, () => makeId('user', random.bytes(16)))
  const connections = new Connections()
  const all = Array.from({ length: 2_000 }, (_, i) => new Watched(i))
  for (const [i, connection] of all.entries()) {
    connections.add(connection)
    const user = users[i % users.length] ?? expect.unreachable()
    connection.session = { state: 'authenticated', user, device: makeId('device', random.bytes(16)) }
    connections.loggedIn(connection)
  }
  expect(users.filter((user) => connections.includes(user))).toHaveLength(1_000)
  const stillHere = all.map((connection, i) => {
    connections.delete(connection)
    return connections.includes(users[i % users.length] ?? expect.unreachable())
  })
  // Each user's second connection is the last.
  expect(stillHere.filter((isHere) => isHere)).toHaveLength(1_000)
  expect(stillHere.lastIndexOf(true)).toBe(999)
  expect(Watched.looks).toBeLessThanOrEqual(4 * all.length)
})

test('G6: what looking at a log-in takes is not the time of who logs in', () => {
  const connection = new Connection('s', origin, outgoing, DEFAULT_LIMITS, 0)
  connection.welcome(1_000)
  connection.session = { state: 'authenticating' }
  expect(connection.overdue(15_000, 15_000)).toBeUndefined()
  connection.turnAway(15_000)
  expect(connection.overdue(25_000, 25_000)).toBeUndefined()
  expect(connection.overdue(26_001, 26_001)).toMatchObject({ code: 4002 })
})

test('G6: whoever is not logged in is known to be outside, also while a log-in is looked at', () => {
  const connections = new Connections()
  expect(connections.someAreOutside).toBe(false)
  const connection = new Connection('s', origin, outgoing, DEFAULT_LIMITS, 0)
  connections.add(connection)
  const device = makeId('device', random.bytes(16))
  for (const session of [{ state: 'new' }, { state: 'welcome' }, { state: 'authenticating' }] as const) {
    connection.session = session
    expect(connections.someAreOutside).toBe(true)
  }
  connection.session = { state: 'authenticated', user: makeId('user', random.bytes(16)), device }
  expect(connections.someAreOutside).toBe(false)
})

test('A7: a device that is revoked is closed as its own user’s, also one that is just logging in', () => {
  const connections = new Connections()
  const [one, other] = [makeId('user', random.bytes(16)), makeId('user', random.bytes(16))]
  const device = makeId('device', random.bytes(16))
  const inAs = (session: Session): Connection => {
    const connection = new Connection(`s${random.bytes(4).join('')}`, origin, outgoing, DEFAULT_LIMITS, 0)
    connection.session = session
    connections.add(connection)
    return connection
  }
  const own = [
    inAs({ state: 'authenticated', user: one, device }),
    inAs({ state: 'authenticating', as: { user: one, device } }),
  ]
  inAs({ state: 'authenticated', user: other, device })
  inAs({ state: 'authenticating', as: { user: other, device } })
  inAs({ state: 'authenticating' })
  expect(connections.ofDevice(one, device)).toEqual(own)
})
