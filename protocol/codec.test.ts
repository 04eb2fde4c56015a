import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  composeFrame,
  composeHeads,
  composeWithItems,
  decodeDown,
  decodeUp,
  encodeArray,
  encodeWithItems,
} from './codec.ts'
import { MAX_EVENTS_PER_FRAME, MAX_TEXT_BYTES } from './limits.ts'
import { Scratch } from './scratch.ts'
import { fromUtf8, toUtf8, utf8Length } from './text.ts'

const json = (value: unknown) => toUtf8(JSON.stringify(value))

describe('ready bytes', () => {
  test('a frame is the bytes of its event, or an array of them', () => {
    const one = json({ type: 'pong' })
    const scratch = new Scratch()
    expect(composeFrame(scratch, [one])).toBe(one)
    const frame = composeFrame(scratch, [one, json({ a: '你' })])
    expect(JSON.parse(fromUtf8(frame))).toEqual([{ type: 'pong' }, { a: '你' }])
  })

  test('items are copied behind the other fields, as if all had been encoded together', () => {
    fc.assert(
      fc.property(fc.array(fc.json({ maxDepth: 2 })), fc.string(), (items, name) => {
        const bytes = encodeWithItems({ type: 'x', name }, 'items', items.map(toUtf8))
        expect(JSON.parse(fromUtf8(bytes))).toEqual({ type: 'x', name, items: items.map((item) => JSON.parse(item)) })
        expect(composeWithItems(new Scratch(), { type: 'x', name }, 'items', items.map(toUtf8))).toEqual(bytes)
      }),
    )
  })

  test('heads are put together from their fields and their records', () => {
    const one = {
      fields: JSON.stringify({ room: 'r1', title: 'é' }),
      records: encodeArray([json({ seq: 1 }), json({})]),
    }
    const two = { fields: JSON.stringify({ room: 'r2' }), records: encodeArray([]) }
    expect(JSON.parse(fromUtf8(composeHeads(new Scratch(), [one, two])))).toEqual({
      type: 'heads',
      heads: [
        { room: 'r1', title: 'é', records: [{ seq: 1 }, {}] },
        { room: 'r2', records: [] },
      ],
    })
  })
})

describe('frames from clients', () => {
  test('whatever comes is decoded or refused, never thrown', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((inner) => `{"type":"send","text":${inner}}`),
        ),
        (frame) => {
          const decoded = decodeUp(frame)
          expect('ok' in decoded || decoded.refused.kind === 'malformed').toBe(true)
        },
      ),
    )
  })

  test('a frame is taken whole or not at all', () => {
    const good = { type: 'ping' }
    expect(decodeUp(JSON.stringify([good, { type: 'nonsense' }]))).toMatchObject({ refused: { kind: 'malformed' } })
    const many = Array.from({ length: MAX_EVENTS_PER_FRAME + 1 }, () => good)
    expect(decodeUp(JSON.stringify(many))).toMatchObject({ refused: { kind: 'malformed' } })
  })

  test('a refusal says which request it answers, where that has an id', () => {
    const frame = [{ type: 'ping' }, { type: 'create-invitation', id: 7, uses: 1_000_000 }]
    expect(decodeUp(JSON.stringify(frame))).toMatchObject({ re: 7, refused: { kind: 'malformed' } })
    expect(decodeUp(JSON.stringify({ type: 'create-invitation', id: -1, uses: 1 }))).not.toHaveProperty('re')
    expect(decodeUp(JSON.stringify(7))).not.toHaveProperty('re')
  })

  test('a refusal says which message it answers, also beside others that can be read', () => {
    const names = { room: `g_${'a'.repeat(22)}`, producer: `p_${'a'.repeat(22)}`, n: 3 }
    const bad = { type: 'send', ...names, text: `a${'\u0301'.repeat(9)}` }
    expect(decodeUp(JSON.stringify([{ ...bad, n: 2, text: 'good' }, bad]))).toMatchObject({ message: names })
    expect(decodeUp(JSON.stringify({ ...bad, n: 'three' }))).not.toHaveProperty('message')
  })

  test('a refusal names the field and never repeats what was in it', () => {
    const secret = 'hunter2-hunter2'
    const decoded = decodeUp(JSON.stringify({ type: 'log-in', id: 1, handle: 'x', password: [secret], device: secret }))
    if ('ok' in decoded) return expect.unreachable()
    expect(decoded.refused.reason).toMatch(/^0\.(password|device|deviceName): .+/)
    expect(decoded.refused.reason).not.toContain(secret)
  })
})

describe('frames from servers', () => {
  const pong = { type: 'pong' }

  test('what is of a later type is left out, whatever it brings', () => {
    expect(decodeDown(JSON.stringify([{ type: 'poll', room: 7 }, pong]))).toEqual({ ok: [pong] })
    expect(decodeDown(JSON.stringify({ type: 'poll' }))).toEqual({ ok: [] })
  })

  test('what is of a known type and cannot be read is refused, and so is what has no type', () => {
    for (const bad of [{ type: 'heads' }, { type: 7 }, {}, null, 'pong'])
      expect(decodeDown(JSON.stringify([pong, bad])), JSON.stringify(bad)).toMatchObject({
        refused: { kind: 'malformed' },
      })
  })
})

describe('text', () => {
  test('its length in UTF-8 is counted without encoding it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Length(text)).toBe(toUtf8(text).length)
      }),
    )
    expect(utf8Length('\ud800')).toBe(3)
  })

  test('the limit is one of bytes', () => {
    const send = (text: string) =>
      'ok' in
      decodeUp(
        JSON.stringify({ type: 'send', room: `g_${'a'.repeat(22)}`, producer: `p_${'a'.repeat(22)}`, n: 1, text }),
      )
    expect(send('你'.repeat(Math.floor(MAX_TEXT_BYTES / 3)))).toBe(true)
    expect(send('你'.repeat(Math.floor(MAX_TEXT_BYTES / 3) + 1))).toBe(false)
    expect(send('x'.repeat(MAX_TEXT_BYTES))).toBe(true)
  })
})
