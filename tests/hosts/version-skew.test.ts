import { afterEach, beforeEach, expect, test } from 'vitest'
import { upTypes } from '#protocol/up.ts'
import { Interpreter } from '../support/interpreter.ts'
import { Member } from '../support/member.ts'
import { NodeHostProcess } from '../support/node-host.ts'

let host: NodeHostProcess
let interpreter: Interpreter
let alice: Member
let bob: Member

beforeEach(async () => {
  host = await NodeHostProcess.start()
})
afterEach(async () => {
  await Promise.all([alice.snug.stop(), bob.snug.stop()])
  await interpreter.stop()
  await host.dispose()
})

/** Alice reaches the host through the interpreter, Bob reaches it as it is. */
async function meet(interpret: (event: object) => object[]): Promise<void> {
  interpreter = await Interpreter.before(host.url, interpret)
  alice = new Member(interpreter.url, 'Alice')
  bob = new Member(host.url, 'Bob')
  await alice.join(host.invitation?.split('/').at(-1) ?? '')
  await bob.join((await alice.snug.createInvitation(1)).code)
}

test('a client goes on with a server that is newer, and says what the client has never heard of', async () => {
  const later = { type: 'poll-opened', room: 7, question: { text: '?' } }
  await meet((event) => [later, { ...event, later }, later])
  const room = await bob.open(undefined, [alice])
  const seq = await bob.say(room, 'Hello')
  await alice.sees(room, ({ head }) => head === seq)
  await bob.sees(room, ({ received }) => received === seq)
  expect([interpreter.connections, alice.snug.connection.status]).toEqual([1, 'live'])
})

test('a client of now tells an older server nothing that it would not understand', async () => {
  const unheardOf = ['mark-received', 'typing', 'get-presence']
  const understands = upTypes().filter((type) => !unheardOf.includes(type))
  await meet((event) => ['understands' in event ? { ...event, understands } : event])
  const room = await bob.open(undefined, [alice])
  const seq = await bob.say(room, 'Hello')
  await alice.sees(room, ({ head }) => head === seq)
  alice.snug.typing(room)
  const { account } = bob.snug
  if (account.status !== 'logged-in') return expect.unreachable()
  await expect(alice.snug.presence(account.user)).rejects.toMatchObject({ refusal: { kind: 'malformed' } })
  await alice.read(room, seq, bob)
  await alice.say(room, 'Hello yourself')
  expect(interpreter.said).toContain('mark-read')
  expect(interpreter.said.filter((type) => unheardOf.includes(type))).toEqual([])
  expect(interpreter.connections).toBe(1)
})

test('G2: a message that a stricter server cannot read is refused, and what else was written goes its way', async () => {
  await meet((event) => [event])
  const unreadable = `a${'\u0301'.repeat(9)}`
  interpreter.rewrite = (event) => ('text' in event && event.text === 'One' ? { ...event, text: unreadable } : event)
  const [direct, group] = [await alice.open(undefined, [bob]), await alice.open('Plans', [bob])]
  for (const [room, text] of [
    [direct, 'One'],
    [direct, 'Two'],
    [group, 'Three'],
  ] as const)
    await alice.snug.send(room, text)
  await bob.sees(group, ({ records }) => records.some((record) => record.kind === 'text' && record.text === 'Three'))
  await bob.sees(direct, ({ records }) => records.some((record) => record.kind === 'text' && record.text === 'Two'))
  const { outgoing } = await alice.sees(direct, ({ outgoing }) => outgoing.length === 1)
  expect(outgoing).toMatchObject([{ text: 'One', refusal: { kind: 'malformed' } }])
  expect([interpreter.connections, alice.snug.connection.status]).toEqual([1, 'live'])
})
