import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { refuse } from '#protocol/errors.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { Directory } from '../directory/directory.ts'
import { Hasher } from '../hasher/hasher.ts'

/** What is done for a log-in, in its order: what a stranger could measure. */
type Work = readonly string[]

let world: SmallWorld
let work: string[]

beforeEach(async () => {
  world = await SmallWorld.start()
  const [owner] = (await world.members('owner')) as [Member]
  const account = { handle: 'program', name: 'Program', device: world.id('device'), deviceName: 'test' }
  await world.until(world.peers.user(owner.user).createAccount(world.id('user'), account))
  await world.pass(1_000)
  work = []
  watch()
})

afterEach(() => {
  vi.restoreAllMocks()
})

function watch(): void {
  const { verify } = Hasher.prototype
  vi.spyOn(Hasher.prototype, 'verify').mockImplementation(function (this: Hasher, password, phc, network) {
    work.push(`verify ${phc.split('$').slice(1, 3).join(' ')}`)
    return verify.call(this, password, phc, network)
  })
  const { beginTry } = Directory.prototype
  vi.spyOn(Directory.prototype, 'beginTry').mockImplementation(function (this: Directory, ...args) {
    work.push('begin')
    return beginTry.apply(this, args)
  })
}

async function logIn(handle: string): Promise<{ readonly answer: unknown; readonly done: Work }> {
  work = []
  const socket = await world.socket()
  await socket.ask({ type: 'hello', versions: [1], client: 'test' }, 'welcome')
  const names = { handle, password: 'a wrong password', device: world.id('device'), deviceName: 'test' }
  const { refusal } = await socket.ask({ type: 'log-in', id: 1, ...names }, 'failed')
  await socket.drop()
  return { answer: refusal, done: work }
}

test.each(['program', 'nobody'])(
  'A6: for %s as much is done, and as much is said, as for a wrong password',
  async (handle) => {
    const wrong = await logIn('owner')
    expect(wrong.done).toEqual(['begin', 'verify scrypt ln=15,r=8,p=3'])
    expect(await logIn(handle)).toEqual(wrong)
  },
)

test.each(['owner', 'program', 'nobody'])(
  'A11: who has to wait for %s is told so before a password is hashed',
  async (handle) => {
    for (let tries = 0; tries < 5; tries++) await logIn(handle)
    const { answer, done } = await logIn(handle)
    expect(answer).toMatchObject({ kind: 'too-frequent', retryAfterMs: expect.any(Number) })
    expect(done).toEqual(['begin'])
  },
)

test.each(['owner', 'program', 'nobody'])(
  'A11: a try for %s that the hasher had no time for is none',
  async (handle) => {
    vi.mocked(Hasher.prototype.verify).mockResolvedValue(refuse('busy', 'too much waits'))
    for (let tries = 0; tries < 8; tries++) expect((await logIn(handle)).answer).toMatchObject({ kind: 'busy' })
  },
)
