import { createNanoEvents } from 'nanoevents'
import { beforeEach, describe, expect, test } from 'vitest'
import { refuse } from '#protocol/errors.ts'
import { VirtualClock } from '#tests/simulation/virtual-clock.ts'
import type { ClientEvents, Connection } from './model.ts'
import { Patience } from './patience.ts'
import { RefusedError } from './refused-error.ts'

describe('patience', () => {
  let clock: VirtualClock
  let events: ReturnType<typeof createNanoEvents<ClientEvents>>
  let connection: Connection
  let patience: Patience

  beforeEach(() => {
    clock = new VirtualClock()
    events = createNanoEvents<ClientEvents>()
    connection = { status: 'live' }
    patience = new Patience(clock, events, () => connection)
  })

  function become(next: Connection): void {
    connection = next
    events.emit('connection', next)
  }

  const listeners = () => Object.values(events.events).flat().length
  const refused = (kind: 'busy' | 'forbidden', retryAfterMs?: number) =>
    new RefusedError(refuse(kind, '', retryAfterMs).refused)

  test('waits until it holds, and leaves nothing behind', async () => {
    let holds = false
    const waiting = patience.until(() => holds, 1_000)
    become({ status: 'catching-up' })
    holds = true
    become({ status: 'live' })
    await waiting
    expect(listeners()).toBe(0)
  })

  test('gives up when it takes too long, and leaves nothing behind', async () => {
    const waiting = expect(patience.until(() => false, 1_000)).rejects.toMatchObject({ refusal: { kind: 'retry' } })
    await clock.advance(1_000)
    await waiting
    expect(listeners()).toBe(0)
  })

  test.each<[string, Connection, string]>([
    ['was stopped', { status: 'stopped' }, 'retry'],
    ['was refused', { status: 'refused', refusal: { kind: 'insecure-connection', reason: '' } }, 'insecure-connection'],
  ])('gives up when the client %s', async (_, end, kind) => {
    const waiting = expect(patience.until(() => false, 60_000)).rejects.toMatchObject({ refusal: { kind } })
    become(end)
    await waiting
    expect(listeners()).toBe(0)
  })

  test('gives up when it can no longer happen', async () => {
    let isPossible = true
    const waiting = patience.until(
      () => false,
      60_000,
      () => isPossible,
    )
    isPossible = false
    events.emit('account', { status: 'logged-out' })
    await expect(waiting).rejects.toMatchObject({ refusal: { kind: 'retry' } })
  })

  /** Refused with these, one after the other, then answered. */
  function insist(...refusals: RefusedError[]) {
    const times: number[] = []
    const from = clock.now()
    const answer = patience.insist(async () => {
      times.push(clock.now() - from)
      const refusal = refusals.shift()
      if (refusal) throw refusal
      return 'answer'
    }, 10_000)
    return { answer, times }
  }

  test('asks again after a refusal for now, after as long as it says', async () => {
    const { answer, times } = insist(refused('busy', 300), refused('busy'))
    await clock.advance(2_000)
    expect(await answer).toBe('answer')
    expect(times).toEqual([0, 300, 1_300])
  })

  test('does not ask again what is refused for good, or could not be answered in time', async () => {
    await expect(insist(refused('forbidden')).answer).rejects.toMatchObject({ refusal: { kind: 'forbidden' } })
    await expect(insist(refused('busy', 11_000)).answer).rejects.toMatchObject({ refusal: { kind: 'busy' } })
  })

  test('does not ask again when the client was stopped', async () => {
    const { answer } = insist(refused('busy'), refused('busy'))
    const waiting = expect(answer).rejects.toMatchObject({ refusal: { kind: 'busy' } })
    become({ status: 'stopped' })
    await clock.advance(2_000)
    await waiting
  })
})
