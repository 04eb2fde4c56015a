import { expect, test } from 'vitest'
import { Places } from './places.ts'

test('the bounds hold over all threads, and a thread that ends gives back what its connections had', () => {
  const places = new Places({ connections: 3, connectionsPerAddress: 2 })
  const first = places.enter(0, '203.0.113.1')
  expect(first).toEqual({ place: 0 })
  expect(places.enter(1, '203.0.113.1')).toEqual({ place: 1 })
  expect(places.enter(0, '203.0.113.1')).toEqual({ refused: 'address' })
  expect(places.enter(1, '203.0.113.2')).toEqual({ place: 2 })
  expect(places.enter(0, '203.0.113.3')).toEqual({ refused: 'full' })
  places.leaveAll(1)
  expect(places.enter(0, '203.0.113.3')).toEqual({ place: 3 })
  places.leave(0)
  places.leave(0)
  expect(places.enter(0, '203.0.113.4')).toEqual({ place: 4 })
  expect(places.enter(0, '203.0.113.5')).toEqual({ place: 5 })
  expect(places.enter(0, '203.0.113.6')).toEqual({ refused: 'full' })
})
