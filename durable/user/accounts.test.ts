import { beforeEach, describe, expect, test } from 'vitest'
import type { UserId } from '#protocol/ids.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { handleClaim, OWNER_CLAIM } from '../directory/claims.ts'
import { directoryShard, fingerprint } from '../identity.ts'

const SUBSCRIBER = { gateway: 'g0', generation: 'gone' }
const TEN_MINUTES_MS = 10 * 60_000
const EIGHT_DAYS_MS = 8 * 24 * 60 * 60_000

describe('accounts', () => {
  let world: SmallWorld
  let owner: Member

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[owner] = (await world.members('owner')) as [Member]
  })

  function registration(handle: string, invitation: string) {
    const device = world.id('device')
    return {
      invitation,
      handle,
      name: handle,
      password: 'a long password',
      device,
      deviceName: 'test',
      network: 'here',
    }
  }

  async function invitation(uses = 1): Promise<string> {
    const outcome = await world.until(world.peers.user(owner.user).createInvitation(uses))
    if ('refused' in outcome) throw new Error(outcome.refused.reason)
    return outcome.ok.code
  }

  test('A1: an invitation that is unknown, used up or expired makes no account', async () => {
    const invalid = { refused: { kind: 'invitation-invalid' } }
    const attempt = (handle: string, code: string) =>
      world.until(world.peers.user(world.id('user')).register(registration(handle, code), SUBSCRIBER))
    expect(await attempt('a', 'A'.repeat(22))).toMatchObject(invalid)
    const once = await invitation(1)
    expect(await attempt('b', once)).toMatchObject({ ok: { handle: 'b', role: 'member' } })
    expect(await attempt('c', once)).toMatchObject(invalid)
    const late = await invitation(1)
    world.clock.leap(EIGHT_DAYS_MS)
    expect(await attempt('d', late)).toMatchObject(invalid)
  })

  test('A1: the code itself is not stored', async () => {
    const code = await invitation()
    const rows = await world.table('directory', directoryShard(fingerprint(code)), 'invitations')
    expect(rows.map(([key]) => key)).toContain(fingerprint(code))
    expect(JSON.stringify(rows)).not.toContain(code)
  })

  test('A1: who has no invitation leaves no trace, and learns nothing about names', async () => {
    const user = world.id('user')
    const claims = handleClaim('fresh')
    const attempt = (handle: string) =>
      world.until(world.peers.user(user).register(registration(handle, 'A'.repeat(22)), SUBSCRIBER))
    expect(await attempt('owner')).toEqual(await attempt('fresh'))
    expect(await world.table('user', user, 'account')).toEqual([])
    const rows = await world.table('directory', directoryShard(claims), 'claims')
    expect(rows.map(([key]) => key)).not.toContain(claims)
  })

  test('A2: of two who claim a handle at once one gets it', async () => {
    const code = await invitation(2)
    const outcomes = await world.until(
      Promise.all(
        [1, 2].map(() => world.peers.user(world.id('user')).register(registration('same', code), SUBSCRIBER)),
      ),
    )
    expect(outcomes.filter((outcome) => 'ok' in outcome)).toHaveLength(1)
    expect(outcomes.find((outcome) => 'refused' in outcome)).toMatchObject({ refused: { kind: 'handle-taken' } })
  })

  test('A3: the same registration sent again finds the account and uses the invitation once', async () => {
    const code = await invitation(2)
    const user = world.peers.user(world.id('user'))
    const first = registration('again', code)
    await world.until(user.register(first, SUBSCRIBER))
    expect(await world.until(user.register(first, SUBSCRIBER))).toMatchObject({ ok: { handle: 'again' } })
    const rows = await world.table('directory', directoryShard(fingerprint(code)), 'invitations')
    expect(rows.find(([key]) => key === fingerprint(code))?.[1]).toMatchObject({ redeemedBy: [expect.any(String)] })
  })

  test('A3: a late repeat takes no token away; the first that is shown ends the others', async () => {
    const user = world.peers.user(world.id('user'))
    const first = registration('late', await invitation(1))
    const tokens: string[] = []
    for (let i = 0; i < 3; i++) {
      const session = await world.until(user.register(first, SUBSCRIBER))
      if ('ok' in session) tokens.push(session.ok.token ?? '')
    }
    const show = (token = '') => world.until(user.authenticate(first.device, token.split('.')[2] ?? '', SUBSCRIBER))
    expect(await show(tokens[1])).toMatchObject({ ok: { handle: 'late' } })
    for (const other of [tokens[0], tokens[2]]) {
      expect(await show(other)).toMatchObject({ refused: { kind: 'not-logged-in' } })
    }
    expect(await show(tokens[1])).toMatchObject({ ok: { handle: 'late' } })
  })

  test('A4: a registration that was cut off gives its handle up when another wants it later', async () => {
    const abandoned = world.id('user')
    const shard = world.peers.directory(directoryShard(handleClaim('wanted')))
    await world.until(shard.claim(handleClaim('wanted'), abandoned))
    const code = await invitation(1)
    const attempt = () =>
      world.until(world.peers.user(world.id('user')).register(registration('wanted', code), SUBSCRIBER))
    expect(await attempt()).toMatchObject({ refused: { kind: 'handle-taken' } })
    world.clock.leap(TEN_MINUTES_MS)
    expect(await attempt()).toMatchObject({ ok: { handle: 'wanted' } })
  })

  test('A4: an account that is made never gives its handle up', async () => {
    const claim = handleClaim('owner')
    world.clock.leap(TEN_MINUTES_MS)
    expect(await world.until(world.peers.user(owner.user).yieldClaim(claim))).toEqual({ ok: false })
    const shard = world.peers.directory(directoryShard(claim))
    expect(await world.until(shard.claim(claim, world.id('user')))).toMatchObject({ refused: { kind: 'handle-taken' } })
  })

  test('A5: the user of the first invitation owns the server, and there is one', async () => {
    const other = await SmallWorld.start()
    const invitations = [
      await other.until(other.machine.firstInvitation()),
      await other.until(other.machine.firstInvitation()),
    ]
    const first = await other.register('first', invitations[0] ?? '')
    await expect(other.register('second', invitations[1] ?? '')).rejects.toThrow()
    expect(await other.table('user', first.user, 'account')).toMatchObject([['account', { role: 'owner' }]])
    const claims = await other.table('directory', directoryShard(OWNER_CLAIM), 'claims')
    expect(claims.find(([key]) => key === OWNER_CLAIM)?.[1]).toMatchObject({ user: first.user })
  })

  test('A5: where the first registration was cut off, another invitation leads to an owner', async () => {
    const other = await SmallWorld.start()
    await other.until(other.machine.firstInvitation())
    await other.until(other.peers.directory(directoryShard(OWNER_CLAIM)).claim(OWNER_CLAIM, other.id('user')))
    other.clock.leap(TEN_MINUTES_MS)
    const owner = await other.register('late', await other.until(other.machine.firstInvitation()))
    expect(await other.table('user', owner.user, 'account')).toMatchObject([['account', { role: 'owner' }]])
  })

  test('A6: a wrong password and an unknown handle are refused alike', async () => {
    const socket = await world.socket()
    await socket.ask({ type: 'hello', versions: [1], client: 'test' }, 'welcome')
    const logIn = { type: 'log-in', password: 'not the password', deviceName: 'x', device: world.id('device') } as const
    const wrong = await socket.ask({ ...logIn, id: 1, handle: 'owner' }, 'failed', ({ re }) => re === 1)
    const unknown = await socket.ask({ ...logIn, id: 2, handle: 'nobody' }, 'failed', ({ re }) => re === 2)
    expect(wrong.refusal).toEqual(unknown.refusal)
    expect(wrong.refusal.kind).toBe('wrong-credentials')
  })

  test('A11: who guesses has to wait ever longer, whether or not there is such a name; others do not', async () => {
    const tried = async (handle: string) => {
      const answers: string[] = []
      for (let id = 1; id <= 8; id++) {
        const socket = await world.socket()
        await socket.ask({ type: 'hello', versions: [1], client: 'test' }, 'welcome')
        const logIn = { type: 'log-in', id, handle, password: `guess ${id}`, deviceName: 'x' } as const
        const { refusal } = await socket.ask({ ...logIn, device: world.id('device') }, 'failed')
        answers.push(
          refusal.kind === 'too-frequent' ? `wait ${Math.ceil((refusal.retryAfterMs ?? 0) / 1000)}` : refusal.kind,
        )
        await socket.drop()
        if (id === 6) await world.pass(1_000)
      }
      return answers
    }
    const wrong = Array(5).fill('wrong-credentials')
    expect(await tried('owner')).toEqual([...wrong, 'wait 1', 'wrong-credentials', 'wait 2'])
    expect(await tried('nobody')).toEqual([...wrong, 'wait 1', 'wrong-credentials', 'wait 2'])
    const elsewhere = { password: 'a long password', device: world.id('device'), deviceName: 'x', network: 'elsewhere' }
    expect(await world.until(world.peers.user(owner.user).logIn(elsewhere, SUBSCRIBER))).toHaveProperty('ok')
  })

  test('A7: a token opens one device of one user; only its hash is stored', async () => {
    const secret = owner.token.split('.')[2] ?? ''
    const self = world.peers.user(owner.user)
    expect(await world.until(self.authenticate(owner.device, secret, SUBSCRIBER))).toMatchObject({
      ok: { handle: 'owner' },
    })
    expect(await world.until(self.authenticate(world.id('device'), secret, SUBSCRIBER))).toMatchObject({
      refused: { kind: 'not-logged-in' },
    })
    const rows = JSON.stringify(await world.table('user', owner.user, 'devices'))
    expect(rows).toContain(fingerprint(secret))
    expect(rows).not.toContain(secret)
  })

  test('A7: a revoked device is refused, and its sockets close at once', async () => {
    const socket = await world.enter(owner)
    await world.until(world.peers.user(owner.user).revokeDevice(owner.device))
    await world.pass(100)
    expect(socket.closedWith).toBe(4003)
    const secret = owner.token.split('.')[2] ?? ''
    expect(
      await world.until(world.peers.user(owner.user).authenticate(owner.device, secret, SUBSCRIBER)),
    ).toMatchObject({
      refused: { kind: 'not-logged-in' },
    })
  })

  test('A7: a token of a user who is not here is told from a revoked one', async () => {
    const elsewhere = world.peers.user(world.id('user')).authenticate(owner.device, 's'.repeat(43), SUBSCRIBER)
    expect(await world.until(elsewhere)).toMatchObject({ refused: { kind: 'not-found' } })
  })

  test('A7: also a socket that has logged in and never synced, after the user was loaded again', async () => {
    const socket = await world.socket()
    await socket.ask({ type: 'hello', versions: [1], client: 'test' }, 'welcome')
    await socket.ask({ type: 'authenticate', id: 1, token: owner.token }, 'session')
    world.machine.evictActor(`user/${owner.user}`)
    await world.group(owner)
    await world.pass(10_000)
    await socket.say({ type: 'ping' })
    await world.until(world.peers.user(owner.user).revokeDevice(owner.device))
    await world.pass(100)
    expect(socket.closedWith).toBe(4003)
  })

  test('A8: only the owner makes invitations', async () => {
    const member = await world.register('member', await invitation())
    expect(await world.until(world.peers.user(member.user).createInvitation(1))).toMatchObject({
      refused: { kind: 'forbidden' },
    })
  })

  describe('made by the owner', () => {
    const forbidden = { refused: { kind: 'forbidden' } }
    const made = (handle: string) => ({ handle, name: handle, device: world.id('device'), deviceName: 'program' })
    const create = (by: Member, user: UserId, account = made('program')) =>
      world.until(world.peers.user(by.user).createAccount(user, account))

    test('A10: nobody but the owner makes accounts without an invitation', async () => {
      const member = await world.register('member', await invitation())
      const user = world.id('user')
      expect(await create(member, user)).toMatchObject(forbidden)
      expect(await world.until(world.peers.user(user).profile())).toMatchObject({ refused: { kind: 'not-found' } })
      const stranger = { user: world.id('user'), token: '', device: world.id('device') }
      expect(await create(stranger, user)).toMatchObject(forbidden)
    })

    test('A10: the owner gets a token that opens the account, as a member', async () => {
      const socket = await world.enter(owner)
      const user = world.id('user')
      const request = { type: 'create-account', id: 7, user, ...made('program') } as const
      const { token } = await socket.ask(request, 'account')
      const program = await world.socket()
      await program.ask({ type: 'hello', versions: [1], client: 'test' }, 'welcome')
      const session = await program.ask({ type: 'authenticate', id: 1, token }, 'session')
      expect(session).toMatchObject({ user, handle: 'program', role: 'member' })
      expect(await world.until(world.peers.user(user).createInvitation(1))).toMatchObject(forbidden)
    })

    test('A10: no password opens it, nor does a registration under its id', async () => {
      const user = world.id('user')
      await create(owner, user)
      const wrong = { refused: { kind: 'wrong-credentials' } }
      const self = world.peers.user(user)
      for (const password of ['', 'a long password', 'undefined']) {
        const logIn = { password, device: world.id('device'), deviceName: 'x', network: 'here' }
        expect(await world.until(self.logIn(logIn, SUBSCRIBER))).toMatchObject(wrong)
      }
      const registered = self.register(registration('program', await invitation()), SUBSCRIBER)
      expect(await world.until(registered)).toMatchObject(wrong)
    })

    test('A10: it opens nobody who exists, not even what it made itself, and takes no handle from anybody', async () => {
      const member = await world.register('member', await invitation())
      const user = world.id('user')
      expect(await create(owner, user)).toMatchObject({ ok: expect.stringContaining(user) })
      for (const existing of [member.user, owner.user, user]) {
        expect(await create(owner, existing, made('another'))).toMatchObject(forbidden)
        expect(await world.table('user', existing, 'devices')).toHaveLength(1)
      }
      const taken = { refused: { kind: 'handle-taken' } }
      expect(await create(owner, world.id('user'), made('member'))).toMatchObject(taken)
    })

    test('A10: one that was cut off is made by the next try, and of two at once one gets the token', async () => {
      const user = world.id('user')
      const shard = world.peers.directory(directoryShard(handleClaim('program')))
      await world.until(shard.claim(handleClaim('program'), user))
      const answers = await Promise.all([create(owner, user), create(owner, user)])
      expect(answers.filter((answer) => 'ok' in answer)).toHaveLength(1)
      expect(answers.find((answer) => 'refused' in answer)).toMatchObject(forbidden)
    })
  })
})
