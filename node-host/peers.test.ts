import { expect, test } from 'vitest'
import { ok } from '#protocol/errors.ts'
import type { RoomId } from '#protocol/ids.ts'
import type { Address } from './actors/address.ts'
import { peerMaker } from './peers.ts'

class Base {
  async load() {}
  async wake() {}
  async inherited() {}
}

class Room extends Base {
  async history() {}
}

const makePeers = peerMaker({ gateway: Base, user: Base, room: Room, directory: Base, hasher: Base })

test('a stub has the calls of its actor, with those it inherits, and carries them with copied arguments', async () => {
  const carried: unknown[] = []
  const peers = makePeers(async (address: Address, method, args) => {
    carried.push({ ...address, method, args })
    return ok(null)
  })
  const room = peers.room('g_1' as RoomId)
  const bytes = Uint8Array.of(1)
  const options = { limit: 5, bytes }
  await Reflect.apply(Reflect.get(room, 'history'), room, ['newer', options])
  options.limit = 6
  await Reflect.apply(Reflect.get(room, 'inherited'), room, [])
  expect(carried).toEqual([
    { kind: 'room', id: 'g_1', method: 'history', args: ['newer', { limit: 5, bytes }] },
    { kind: 'room', id: 'g_1', method: 'inherited', args: [] },
  ])
  for (const hidden of ['load', 'wake', 'received']) expect(room).not.toHaveProperty(hidden)
  expect(() => Reflect.apply(Reflect.get(room, 'history'), room, [() => {}])).toThrow(TypeError)
})
