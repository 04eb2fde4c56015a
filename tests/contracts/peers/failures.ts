import { expect, test } from 'vitest'
import { type Outcome, ok } from '#protocol/errors.ts'
import { FAULT } from '#tests/support/workerd/probe.ts'
import type { Given } from '../probe-host.ts'

/** One sentence for developers that says nothing about what went wrong in there. */
const RETRY = { refused: { kind: 'retry', reason: expect.not.stringContaining(FAULT) } }

/** What a caller hears when a call could not be carried out. */
export function testFailures(given: Given): void {
  test('a refusal comes back as it was given', async () => {
    const refused = { kind: 'too-frequent', reason: 'as it was asked to', retryAfterMs: 1234 }
    expect(await given.answer(given.near, 'ask', given.far, 'decline')).toEqual({ refused })
  })

  test('a call that throws answers retry and says nothing about the cause, which stands in the log', async () => {
    const before = given.host.logged(FAULT).length
    expect(await given.answer(given.near, 'ask', given.far, 'fail')).toEqual(RETRY)
    expect(await given.call(given.far, 'fail')).toEqual(RETRY)
    await expect.poll(() => given.host.logged(FAULT).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(before + 2)
  })

  test('a call that throws disturbs no other', async () => {
    await given.answer(given.far, 'keep', 'in memory')
    const calls = [['wait'], ['fail'], ['echo', 'a'], ['release']]
    expect(await given.answer(given.near, 'askAll', given.far, calls)).toEqual([ok(null), RETRY, ok(['a']), ok(null)])
    expect(await given.answer(given.far, 'keep', 'still')).toEqual(['in memory', 'still'])
  })

  test('what no actor has cannot be called', async () => {
    const outcome = await given.call(given.near, 'ask', given.far, 'nothingOfTheKind')
    expect('ok' in outcome ? outcome.ok : outcome).toEqual(RETRY)
    expect(await given.answer(given.near, 'ask', given.far, 'echo')).toEqual(ok([]))
  })

  test('a failed commit ends an actor: all who wait are told retry, and the next call finds what is stored', async () => {
    await given.answer(given.far, 'note', 'kept')
    await given.answer(given.far, 'keep', 'in memory')
    const calls = [['wait'], ['wait'], ['failCommit']]
    expect(await given.answer(given.near, 'askAll', given.far, calls)).toEqual([RETRY, RETRY, RETRY])
    expect(await given.answer(given.near, 'ask', given.far, 'notes')).toEqual(ok(['kept']))
    expect(await given.answer(given.far, 'keep', 'anew')).toEqual(['anew'])
    await given.host.restart()
    expect(await given.answer(given.far, 'notes')).toEqual(['kept'])
  })

  test('calls on both sides of a reset keep their order, and those that were answered are there', async () => {
    const note = (text: string) => ['note', text]
    const texts = Array.from({ length: 40 }, (_, i) => String(i).padStart(2, '0'))
    const calls = [...texts.slice(0, 20).map(note), ['failCommit'], ...texts.slice(20).map(note)]
    const outcomes = await given.answer<Outcome<unknown>[]>(given.near, 'askAll', given.far, calls)
    expect(outcomes[20]).toEqual(RETRY)
    await given.answer(given.near, 'ask', given.far, 'note', 'the last')
    const notes = await given.answer<string[]>(given.far, 'notes')
    expect(notes).toEqual(notes.toSorted())
    const answered = calls.filter((_, i) => 'ok' in (outcomes[i] ?? {})).map(([, text]) => text)
    expect(notes).toEqual(expect.arrayContaining([...answered, 'the last']))
    expect(new Set(notes).size).toBe(notes.length)
  })

  test('whoever is told retry may try again at once, also while other calls are still to be answered', async () => {
    expect(await given.answer(given.near, 'tryAgain', given.far)).toEqual(ok(['again']))
  })

  test('an actor that cannot be loaded answers retry, and is loaded anew by the next call', async () => {
    await given.answer(given.far, 'note', 'kept')
    expect(await given.answer(given.near, 'ask', given.far, 'failNextLoad')).toEqual(RETRY)
    expect(await given.answer(given.near, 'ask', given.far, 'notes')).toEqual(RETRY)
    expect(await given.answer(given.near, 'ask', given.far, 'notes')).toEqual(ok(['kept']))
  })

  test('an actor that was reset calls nobody any more, and whoever called it is told retry', async () => {
    await given.answer(given.near, 'note', 'kept')
    expect(await given.call(given.near, 'endAndCall', given.far)).toEqual(RETRY)
    expect(await given.answer(given.near, 'ask', given.far, 'note', 'from its successor')).toEqual(ok(null))
    expect(await given.answer(given.far, 'notes')).toEqual(['from its successor'])
    expect(await given.answer(given.near, 'notes')).toEqual(['kept'])
  })
}
