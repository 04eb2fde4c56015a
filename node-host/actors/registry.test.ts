import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MAX_COMMIT_BYTES } from '#durable/ports/storage.ts'
import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import { Store } from '../store/store.ts'
import { Registry } from './registry.ts'
import type { Slot } from './slot.ts'

const RETRY = refuse('retry', 'the call may or may not have been carried out')
const A = { kind: 'counter', id: 'a' }
const MINUTE_MS = 60_000

let folder: string
let store: Store
let registry: Registry
let made: Counter[]
let logged: { message: string; [field: string]: unknown }[]
let alarms: [actor: string, at: number | null][]
/** What the next instance waits for while it loads. */
let loading: Promise<void>

/** A small actor: counts, durably. */
class Counter {
  readonly slot: Slot
  count = 0
  order: string[] = []
  gate: Promise<void> = Promise.resolve()

  constructor(slot: Slot) {
    this.slot = slot
    made.push(this)
  }

  async load(): Promise<void> {
    await loading
    const [bytes] = await this.slot.storage.get('t', ['count'])
    this.count = bytes?.[0] ?? 0
  }

  async wake(): Promise<void> {
    await this.#commit({ wakeAt: null })
  }

  async add(by: number): Promise<Outcome<number>> {
    this.count += by
    const { count } = this
    await this.#commit({})
    return ok(count)
  }

  async note(text: string): Promise<Outcome<string[]>> {
    this.order.push(text)
    return ok(this.order)
  }

  async waits(): Promise<Outcome<null>> {
    await this.gate
    return ok(null)
  }

  async failsToCommit(): Promise<Outcome<null>> {
    this.count = 99
    const value = new Uint8Array(MAX_COMMIT_BYTES + 1)
    const commit = this.slot.storage.commit({ writes: [{ table: 't', key: 'count', value }] })
    commit.catch((error) => registry.destroy(this.slot, error))
    await commit
    return ok(null)
  }

  async throws(): Promise<Outcome<null>> {
    throw new Error('a fault', { cause: this.order })
  }

  async plan(wakeAt: number): Promise<Outcome<null>> {
    await this.#commit({ wakeAt })
    return ok(null)
  }

  #commit(alarm: { wakeAt?: number | null }): Promise<void> {
    return this.slot.storage.commit({
      writes: [{ table: 't', key: 'count', value: Uint8Array.of(this.count) }],
      ...alarm,
    })
  }
}

function newRegistry(): Registry {
  const note = (message: string, fields?: Record<string, unknown>) => logged.push({ message, ...fields })
  return new Registry({
    store,
    log: { info: note, warn: note, error: note },
    make: (slot) => new Counter(slot),
    onAlarm: (...alarm) => alarms.push(alarm),
    onRows: () => {},
  })
}

const call = (method: string, ...args: unknown[]) => registry.slot(A).call(method, args)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-registry-'))
  store = await Store.open(join(folder, 'data'))
  made = []
  logged = []
  alarms = []
  loading = Promise.resolve()
  registry = newRegistry()
})

afterEach(async () => {
  await registry.endAll()
  await store.close()
  await rm(folder, { recursive: true })
})

describe('actors in memory', () => {
  test('an actor is made when it is first called, once, and its state outlives it', async () => {
    expect(await Promise.all([call('add', 1), call('add', 2)])).toEqual([ok(1), ok(3)])
    expect(made).toHaveLength(1)
    await registry.endAll()
    registry = newRegistry()
    expect(await call('add', 4)).toEqual(ok(7))
  })

  test('calls arrive in the order they were made, those during loading too, and never at once', async () => {
    const gate = Promise.withResolvers<void>()
    loading = gate.promise
    const early = ['1', '2', '3'].map((text) => call('note', text))
    expect(made[0]?.order ?? []).toEqual([])
    gate.resolve()
    await Promise.all(early)
    const late = ['4', '5'].map((text) => call('note', text))
    expect(made[0]?.order).toEqual(['1', '2', '3'])
    expect((await Promise.all(late)).at(-1)).toEqual(ok(['1', '2', '3', '4', '5']))
  })

  test('what a call answers is a copy', async () => {
    const answer = await call('note', 'mine')
    if ('ok' in answer && Array.isArray(answer.ok)) answer.ok.push('changed outside')
    expect(await call('note', 'too')).toEqual(ok(['mine', 'too']))
  })

  test('a call that throws answers retry and nothing of the fault, which stands in the log', async () => {
    expect(await call('throws')).toEqual(RETRY)
    expect(await call('missing')).toEqual(RETRY)
    expect(logged).toMatchObject([
      { message: 'a call to an actor failed', actor: 'counter:a', method: 'throws', error: { message: 'a fault' } },
      { message: 'a call to an actor failed', method: 'missing', error: { message: 'there is no call missing' } },
    ])
    expect(await call('add', 1)).toEqual(ok(1))
  })

  test('a failed commit ends the instance: calls in flight answer retry, the next one finds what is stored', async () => {
    await call('add', 5)
    const gate = Promise.withResolvers<void>()
    if (made[0]) made[0].gate = gate.promise
    const inFlight = call('waits')
    expect(await call('failsToCommit')).toEqual(RETRY)
    expect(await inFlight).toEqual(RETRY)
    expect(await call('add', 1)).toEqual(ok(6))
    expect(made).toHaveLength(2)
    gate.resolve()
  })

  test('an instance that was ended can change nothing any more', async () => {
    await call('add', 1)
    const [old] = made
    registry.destroy(registry.slot(A), new Error('for the test'))
    await expect(old?.add(10)).rejects.toThrow()
    expect(await call('add', 1)).toEqual(ok(2))
  })

  test('a new instance loads only when the commits of the old one are settled', async () => {
    await call('add', 0)
    const adding = Array.from({ length: 50 }, () => call('add', 1))
    while (made[0]?.count !== 50) await Promise.resolve()
    registry.destroy(registry.slot(A), new Error('for the test'))
    // All fifty are issued and none is durable: they may still arrive, but not after the new instance has read.
    const outcome = await call('add', 0)
    expect(await Promise.all(adding)).toEqual(Array(50).fill(RETRY))
    expect(outcome).toEqual(ok(50))
  })

  test('an instance that was replaced while it waited to load never runs beside its successor', async () => {
    await call('add', 1)
    const adding = call('add', 1)
    await Promise.resolve()
    registry.destroy(registry.slot(A), new Error('first'))
    const second = call('add', 10)
    registry.destroy(registry.slot(A), new Error('second'))
    expect([await adding, await second]).toEqual([RETRY, RETRY])
    expect(await call('add', 100)).toEqual(ok(102))
  })

  test('an actor that cannot load answers retry, and is tried anew by the next call', async () => {
    loading = Promise.reject(new Error('damaged'))
    expect(await call('add', 1)).toEqual(RETRY)
    expect(logged.map(({ message }) => message)).toContain('an actor was reset')
    loading = Promise.resolve()
    expect(await call('add', 1)).toEqual(ok(1))
  })

  test('an idle actor leaves memory and comes back with what it stored; one at work stays', async () => {
    await call('add', 1)
    const busy = { kind: 'counter', id: 'busy' }
    await registry.slot(busy).call('add', [1])
    const gate = Promise.withResolvers<void>()
    if (made[1]) made[1].gate = gate.promise
    const work = registry.slot(busy).call('waits', [])
    registry.dropIdle(performance.now() + MINUTE_MS - 5_000)
    expect(registry.size).toBe(2)
    registry.dropIdle(performance.now() + MINUTE_MS + 1)
    expect(registry.size).toBe(1)
    expect(await call('add', 1)).toEqual(ok(2))
    expect(made).toHaveLength(3)
    gate.resolve()
    expect(await work).toEqual(ok(null))
  })

  test('a user leaves memory within seconds: nobody calls it between log-ins', async () => {
    await registry.slot({ kind: 'user', id: 'u' }).call('add', [1])
    registry.dropIdle()
    expect(registry.size).toBe(1)
    registry.dropIdle(performance.now() + 5_000)
    expect(registry.size).toBe(0)
  })

  test('a gateway stays in memory: sockets hang on it', async () => {
    const gateway = { kind: 'gateway', id: 'g0' }
    await registry.slot(gateway).call('add', [1])
    registry.dropIdle(performance.now() + 10 * MINUTE_MS)
    expect(registry.size).toBe(1)
  })

  test('alarms are told once they are durable, and still stand after a restart', async () => {
    await call('plan', 1234)
    expect(alarms).toEqual([['counter:a', 1234]])
    await registry.endAll()
    await store.close()
    store = await Store.open(join(folder, 'data'))
    registry = newRegistry()
    expect(await store.alarms()).toEqual([['counter:a', 1234]])
    await registry.wake(A)
    expect(alarms.at(-1)).toEqual(['counter:a', null])
    expect(await store.alarms()).toEqual([])
  })
})
