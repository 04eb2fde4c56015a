import { MessageChannel, Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import type { Carry } from '../peers.ts'
import { Link } from './link.ts'

const ROOM = { kind: 'room', id: 'g_1' }
const LOST = refuse('retry', 'the thread that was called has ended: the call may or may not have been carried out')

const nothing: Carry = async () => ok(null)
const open: Link[] = []
afterEach(() => {
  for (const link of open.splice(0)) link.close()
})

/** Two ends; the far one carries calls out. */
function linked(far: Carry, near: Carry = nothing) {
  const { port1, port2 } = new MessageChannel()
  const ends = { near: new Link(port1, near), far: new Link(port2, far), port: port1 }
  open.push(ends.near, ends.far)
  return ends
}

describe('a link between two threads', () => {
  test('carries calls with their arguments, and the answers back to whoever called', async () => {
    const { near } = linked(async ({ kind, id }, method, args) => ok([kind, id, method, ...args]))
    const outcomes = await Promise.all([
      near.call(ROOM, 'send', [{ text: 'a', missing: undefined }]),
      near.call(ROOM, 'history', [1]),
    ])
    expect(outcomes).toEqual([
      ok(['room', 'g_1', 'send', { text: 'a', missing: undefined }]),
      ok(['room', 'g_1', 'history', 1]),
    ])
  })

  test('a refusal is an answer like any other', async () => {
    const { near } = linked(async () => refuse('forbidden', 'not a member of this room'))
    expect(await near.call(ROOM, 'send', [])).toEqual(refuse('forbidden', 'not a member of this room'))
  })

  test('calls arrive in the order they were made, over many turns, whichever is answered first', async () => {
    const heard: unknown[] = []
    const { near } = linked(async (_address, _method, [n]) => {
      heard.push(n)
      if (Number(n) % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
      return ok(n)
    })
    const answers: Promise<Outcome<unknown>>[] = []
    for (let n = 0; n < 200; n++) {
      answers.push(near.call(ROOM, 'note', [n]))
      if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 200 }, (_, n) => ok(n)))
    expect(heard).toEqual(Array.from({ length: 200 }, (_, n) => n))
  })

  test('what one turn says leaves in one message', async () => {
    const { near, port } = linked(async () => ok(null))
    const posted: unknown[] = []
    const post = port.postMessage.bind(port)
    port.postMessage = (message: unknown) => {
      posted.push(message)
      post(message)
    }
    await Promise.all([near.call(ROOM, 'a', []), near.call(ROOM, 'b', []), near.call(ROOM, 'c', [])])
    expect(posted).toHaveLength(1)
  })

  test('both sides may call each other at the same time', async () => {
    const { near, far } = linked(
      async () => ok('far'),
      async () => ok('near'),
    )
    expect(await Promise.all([near.call(ROOM, 'x', []), far.call(ROOM, 'x', [])])).toEqual([ok('far'), ok('near')])
  })

  test('bytes are copied, and no more of the memory under them than they are', async () => {
    let received: Uint8Array = new Uint8Array()
    const { near } = linked(async (_address, _method, [event]) => {
      if (event instanceof Uint8Array) received = event
      return ok({ record: new Uint8Array(Buffer.from('cut out of a pool')) })
    })
    const pool = Buffer.alloc(64 * 1024, 7)
    const sent = pool.subarray(100, 104)
    const outcome = await near.call(ROOM, 'deliver', [sent])
    expect([...received]).toEqual([7, 7, 7, 7])
    expect(received.buffer.byteLength).toBe(4)
    pool.fill(0)
    expect([...received]).toEqual([7, 7, 7, 7])
    expect(outcome).toMatchObject({ ok: { record: expect.any(Uint8Array) } })
  })

  test('what is not answered when the link closes is answered `retry`, and so is everything after', async () => {
    const { near, far } = linked(() => new Promise(() => {}))
    const outcomes = [near.call(ROOM, 'send', [1]), near.call(ROOM, 'send', [2])]
    await new Promise((resolve) => setImmediate(resolve))
    far.close()
    outcomes.push(near.call(ROOM, 'send', [3]))
    expect(await Promise.all(outcomes)).toEqual([LOST, LOST, LOST])
    expect(await near.call(ROOM, 'send', [4])).toEqual(LOST)
  })

  test('a thread that is terminated, with calls on their way, loses them all', async () => {
    const { port1, port2 } = new MessageChannel()
    const worker = new Worker('require("node:worker_threads").workerData.on("message", () => {})', {
      eval: true,
      workerData: port2,
      transferList: [port2],
    })
    const link = new Link(port1, nothing)
    const outcomes = [link.call(ROOM, 'send', [1]), link.call(ROOM, 'send', [2])]
    await new Promise((resolve) => worker.once('online', resolve))
    await worker.terminate()
    expect(await Promise.all(outcomes)).toEqual([LOST, LOST])
  })
})
