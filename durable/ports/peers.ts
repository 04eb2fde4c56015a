import type { RoomId, UserId } from '#protocol/ids.ts'
import type { DirectoryCalls } from '../directory/directory.ts'
import type { GatewayCalls } from '../gateway/gateway.ts'
import type { HasherCalls } from '../hasher/hasher.ts'
import type { RoomCalls } from '../room/calls.ts'
import type { UserCalls } from '../user/user.ts'

export type GatewayId = string

/**
 * Typed stubs of other actors. Arguments and results are copied, even inside one thread; only ready bytes
 * (Uint8Array) may be shared, and they never change. Calls of one actor to another arrive in order, or fail. A call
 * to an actor that could not carry it out, for whatever reason, answers `retry`: it may or may not have happened.
 */
export interface Peers {
  gateway(id: GatewayId): GatewayCalls
  user(id: UserId): UserCalls
  room(id: RoomId): RoomCalls
  directory(shard: string): DirectoryCalls
  hasher(): HasherCalls
}
