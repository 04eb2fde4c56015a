import { describe, expect, test } from 'vitest'
import { ConnectionLimits } from './connection-limits.ts'

const MINUTE_MS = 60_000

function entered(limits: ConnectionLimits, address: string, nowMs = 0): () => void {
  const place = limits.enter(address, nowMs)
  if ('refused' in place) throw new Error(place.refused)
  return place.leave
}

describe('who may open a connection', () => {
  test('so many at once in all', () => {
    const limits = new ConnectionLimits({ connections: 2, connectionsPerAddress: 10 })
    const leave = entered(limits, '10.0.0.1')
    entered(limits, '10.0.0.2')
    expect(limits.enter('10.0.0.3', 0)).toEqual({ refused: 'full' })
    leave()
    entered(limits, '10.0.0.3')
  })

  test('so many at once from one address, and from one IPv6 network', () => {
    const limits = new ConnectionLimits({ connections: 100, connectionsPerAddress: 2 })
    entered(limits, '2001:db8::1')
    entered(limits, '2001:db8::2')
    expect(limits.enter('2001:db8::3', 0)).toEqual({ refused: 'address' })
    expect(limits.enter('2001:db8::3', MINUTE_MS)).toEqual({ refused: 'address' })
    entered(limits, '2001:db8:0:1::1')
  })

  test('so many new ones a minute from one address, however soon they close', () => {
    const limits = new ConnectionLimits({ connections: 100, connectionsPerAddress: 3 })
    for (let i = 0; i < 3; i++) entered(limits, '10.0.0.1')()
    expect(limits.enter('10.0.0.1', MINUTE_MS - 1)).toEqual({ refused: 'address' })
    entered(limits, '10.0.0.1', MINUTE_MS)
  })
})
