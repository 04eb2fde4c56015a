import { expect, test } from 'vitest'
import { ok } from '#protocol/errors.ts'
import type { RoomId } from '#protocol/ids.ts'
import { peersContract } from '#tests/contracts/peers.ts'
import { probesOnNode, probesOnTwoThreads } from '#tests/support/probes/node-host.ts'
import { peerMaker } from './peers.ts'

peersContract('node-host, on one thread', probesOnNode)
peersContract('node-host, between threads', probesOnTwoThreads)

class Base {
  async load() {}
  async wake() {}
  async inherited() {}
}

class Room extends Base {
  async history() {}
}

const makePeers = peerMaker({ gateway: Base, user: Base, room: Room, directory: Base, hasher: Base })

test('a stub has the calls of its actor, with those it inherits, and carries none but plain data', async () => {
  const carried: string[] = []
  const peers = makePeers(async ({ kind, id }, method) => {
    carried.push(`${kind} ${id} ${method}`)
    return ok(null)
  })
  const room = peers.room('g_1' as RoomId)
  for (const method of ['history', 'inherited']) await Reflect.apply(Reflect.get(room, method), room, [])
  expect(carried).toEqual(['room g_1 history', 'room g_1 inherited'])
  for (const hidden of ['load', 'wake', 'received']) expect(room).not.toHaveProperty(hidden)
  expect(() => Reflect.apply(Reflect.get(room, 'history'), room, [() => {}])).toThrow(TypeError)
})
