import { expect, test } from 'vitest'
import { ok } from '#protocol/errors.ts'
import type { To } from '#tests/support/workerd/probe.ts'
import type { Given } from '../probe-host.ts'

const MIB = 1024 * 1024
const KINDS = ['gateway', 'user', 'room', 'directory'] as const

/** What goes to another actor and comes back, and to whom it goes. */
export function testArguments(given: Given): void {
  test('plain data of every sort comes back as it was sent, fields that are undefined included', async () => {
    expect(await given.answer(given.near, 'compare', given.far)).toBeNull()
  })

  test('what the sender does with an argument after the call, the other does not see', async () => {
    const changed = { count: 2, list: ['sent', 'changed'] }
    expect(await given.answer(given.near, 'sendAndChange', given.far)).toEqual(changed)
    const [kept] = await given.answer<unknown[]>(given.far, 'keep', 'the last')
    expect(kept).toEqual({ count: 1, list: ['sent'] })
  })

  test('what the caller does with an answer, the other does not see', async () => {
    await given.answer(given.near, 'changeAnswer', given.far)
    expect(await given.answer(given.far, 'keep', 'the last')).toEqual(['mine', 'the last'])
  })

  test('an answer is nothing but its data: it may be passed on, and nobody has to give it back', async () => {
    expect(await given.answer(given.near, 'extras', given.far)).toEqual([])
  })

  test('what the other does later with what it answered, the caller does not see', async () => {
    expect(await given.answer(given.near, 'keepAtAnother', given.far)).toEqual([ok(['a']), ok(['a', 'b'])])
  })

  test.each([0, 1, 1000, MIB])('%d bytes, cut out of others, arrive whole, and stay the sender’s', async (length) => {
    expect(await given.answer(given.near, 'sendBytes', given.far, length)).toBeNull()
  })

  test('a text of 1 MiB arrives whole', async () => {
    const text = 'é'.repeat(MIB / 2)
    const [echo] = await given
      .answer<{ ok: unknown[] }>(given.near, 'ask', given.far, 'echo', text)
      .then(({ ok }) => ok)
    expect(echo === text).toBe(true)
  })

  test('actors are told apart by kind and by id, also where ids begin alike', async () => {
    const ids = ['near-x', 'near-xy', 'near', 'far-x', 'far-xy'].map((id) => given.actor(id).id)
    const everybody: To[] = KINDS.flatMap((kind) => ids.map((id) => ({ kind, id })))
    for (const to of everybody) await given.answer(given.near, 'ask', to, 'note', `${to.kind} ${to.id}`)
    const notes = await Promise.all(everybody.map((to) => given.answer(to, 'notes')))
    expect(notes).toEqual(everybody.map(({ kind, id }) => [`${kind} ${id}`]))
  })

  test('all find the same one hasher', async () => {
    const hasher: To = { kind: 'hasher', id: '' }
    const names = [given.near.id, given.far.id]
    await given.answer(given.near, 'ask', hasher, 'note', names[0])
    await given.answer(given.far, 'ask', hasher, 'note', names[1])
    expect(await given.answer(hasher, 'notes')).toEqual(names)
  })

  test('an actor and the outside reach the same one', async () => {
    await given.answer(given.far, 'note', 'from outside')
    expect(await given.answer(given.near, 'ask', given.far, 'notes')).toEqual({ ok: ['from outside'] })
  })

  test('a stub may be handed on by a function that answers later', async () => {
    expect(await given.answer(given.near, 'askThrough', given.far)).toEqual({ ok: ['through'] })
  })
}
