import type { ActorKind } from '#durable/actors.ts'
import type { Peers } from '#durable/ports/peers.ts'
import type { Outcome } from '#protocol/errors.ts'
import type { Address } from './actors/address.ts'
import { copy } from './actors/copy.ts'
import type { HostedActor } from './actors/slot.ts'

export type ActorClasses = Readonly<Record<ActorKind, { readonly prototype: HostedActor }>>

/** Carries a call to the actor at an address. The arguments are its own. */
export type Carry = (address: Address, method: string, args: unknown[]) => Promise<Outcome<unknown>>

/** Passwords are hashed by one actor for the whole host: its queue bounds them all. */
const ONLY_HASHER = 'h0'

/** What the host itself calls; no actor calls these on another. */
const OF_THE_HOST = new Set([
  'constructor',
  'load',
  'wake',
  'opened',
  'received',
  'closed',
  'sweep',
  'drain',
  'dismiss',
  'noteOf',
  'isBusy',
])

/** Stands for one actor: has the methods of its class, each of which carries the call with copied arguments. */
class Stub {
  readonly address: Address
  readonly carry: Carry

  constructor(address: Address, carry: Carry) {
    this.address = address
    this.carry = carry
  }
}

type MakeStub = (id: string, carry: Carry) => Stub

/** Makes peers: once for each caller, from what is read off the classes once for all. */
export function peerMaker(classes: ActorClasses): (carry: Carry) => Peers {
  const stubs = {
    gateway: stubMaker('gateway', classes.gateway.prototype),
    user: stubMaker('user', classes.user.prototype),
    room: stubMaker('room', classes.room.prototype),
    directory: stubMaker('directory', classes.directory.prototype),
    hasher: stubMaker('hasher', classes.hasher.prototype),
  }
  return (carry) => {
    const peers = {
      gateway: (id: string) => stubs.gateway(id, carry),
      user: (id: string) => stubs.user(id, carry),
      room: (id: string) => stubs.room(id, carry),
      directory: (shard: string) => stubs.directory(shard, carry),
      hasher: () => stubs.hasher(ONLY_HASHER, carry),
    }
    // A stub has the methods of the class from which the port picks its calls.
    return peers as unknown as Peers
  }
}

function stubMaker(kind: ActorKind, prototype: HostedActor): MakeStub {
  class KindStub extends Stub {}
  for (const method of methodsOf(prototype)) {
    Object.defineProperty(KindStub.prototype, method, {
      value(this: KindStub, ...args: unknown[]) {
        return this.carry(this.address, method, copy(args))
      },
    })
  }
  return (id, carry) => new KindStub({ kind, id }, carry)
}

/** Its own and those it inherits. */
function methodsOf(prototype: object): string[] {
  const own = Object.getOwnPropertyNames(prototype).filter((name) => !OF_THE_HOST.has(name))
  const parent: object = Object.getPrototypeOf(prototype)
  return parent === Object.prototype ? own : [...new Set([...own, ...methodsOf(parent)])]
}
