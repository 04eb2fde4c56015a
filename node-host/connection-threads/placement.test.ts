import { describe, expect, test } from 'vitest'
import { partitionNumber } from '../partitions.ts'
import { Placement } from './placement.ts'

const PARTITIONS = 4
const rooms = Array.from({ length: 200 }, (_, i) => ({ kind: 'room', id: `g_${i}` }))

describe.each([1, 2, 3, 4])('with %i threads', (threads) => {
  const placement = new Placement(PARTITIONS, threads)

  test('each partition has one thread, and an actor is where its rows are', () => {
    const all = Array.from({ length: threads }, (_, thread) => thread)
    for (let partition = 0; partition < PARTITIONS; partition++)
      expect(all.filter((thread) => placement.hasPartition(thread, partition))).toHaveLength(1)
    for (const room of rooms) {
      const partition = partitionNumber(`room:${room.id}`, PARTITIONS)
      expect(placement.hasPartition(placement.threadOf(room), partition)).toBe(true)
    }
  })

  test('each thread has a gateway of its own, which lives there', () => {
    const gateways = Array.from({ length: threads }, (_, thread) => placement.gatewayOf(thread))
    expect(new Set(gateways).size).toBe(threads)
    for (const [thread, id] of gateways.entries()) expect(placement.threadOf({ kind: 'gateway', id })).toBe(thread)
  })
})
