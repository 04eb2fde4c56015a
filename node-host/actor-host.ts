import { actors } from '#durable/actors.ts'
import type { Gateway } from '#durable/gateway/gateway.ts'
import type { Host, Limits } from '#durable/ports/host.ts'
import type { Log } from '#durable/ports/log.ts'
import type { ObjectStore } from '#durable/ports/object-store.ts'
import type { Peers } from '#durable/ports/peers.ts'
import { type Outcome, refuse } from '#protocol/errors.ts'
import type { Address } from './actors/address.ts'
import type { Registry } from './actors/registry.ts'
import type { HostedActor, Slot } from './actors/slot.ts'
import { clock } from './clock.ts'
import type { Counters } from './counters.ts'
import { type Carry, peerMaker } from './peers.ts'
import { random } from './random.ts'
import { scrypt } from './scrypt.ts'
import { GatewaySockets } from './sockets.ts'
import type { ActorStore } from './stores.ts'

export type ActorHostOptions = {
  readonly registry: () => Registry
  readonly store: Pick<ActorStore, 'batches'>
  readonly objects: ObjectStore
  readonly limits: Limits
  readonly log: Log
  readonly counters: Counters
  /** Carries calls to actors that live on another thread; undefined for those that live here. */
  readonly elsewhere?: ((address: Address) => Carry | undefined) | undefined
  /** What the actors are: Snug's own, unless a test puts others in their place. */
  readonly classes?: typeof actors | undefined
}

type HostedGateway = { readonly actor: Gateway; readonly sockets: GatewaySockets }

/** Makes actors with their ports as this host has them. */
export class ActorHost {
  readonly #options: ActorHostOptions
  readonly #classes: typeof actors
  readonly #makePeers: ReturnType<typeof peerMaker>
  readonly #gateways = new Map<string, HostedGateway>()

  constructor(options: ActorHostOptions) {
    this.#options = options
    this.#classes = options.classes ?? actors
    this.#makePeers = peerMaker(this.#classes)
  }

  make(slot: Slot): HostedActor {
    const { kind, id } = slot.address
    switch (kind) {
      case 'gateway':
        return this.#makeGateway(slot)
      case 'hasher':
        return new this.#classes.hasher(id, { ...this.#ports(slot), scrypt })
      case 'user':
      case 'room':
      case 'directory':
        return new this.#classes[kind](id, this.#ports(slot))
      default:
        throw new Error(`there is no actor of the kind ${kind}`)
    }
  }

  /** A gateway that has been made, with its sockets. */
  gateway(id: string): HostedGateway {
    const gateway = this.#gateways.get(id)
    if (!gateway) throw new Error(`the gateway ${id} is not loaded`)
    return gateway
  }

  /** The peers as the host itself calls them. */
  get peers(): Peers {
    return this.#makePeers((address, method, args) => this.#call(address, method, args))
  }

  #makeGateway(slot: Slot): HostedActor {
    const { id } = slot.address
    const { log, counters, store } = this.#options
    const sockets = new GatewaySockets(log, counters, store)
    const actor = new this.#classes.gateway(id, { ...this.#ports(slot), sockets })
    sockets.serve(actor)
    this.#gateways.set(id, { actor, sockets })
    slot.whenEnded(() => sockets.closeAll())
    return actor
  }

  #ports(slot: Slot): Host {
    const { registry, objects, limits, log } = this.#options
    const carry: Carry = (address, method, args) =>
      slot.isAlive
        ? slot.during(this.#call(address, method, args))
        : Promise.resolve(refuse('retry', 'the actor that calls was reset'))
    return {
      storage: slot.storage,
      peers: this.#makePeers(carry),
      clock,
      random,
      objects,
      log: withActor(log, slot.name),
      limits,
      destroy: (reason) => registry().destroy(slot, reason),
    }
  }

  async #call(address: Address, method: string, args: unknown[]): Promise<Outcome<unknown>> {
    const { registry, counters, elsewhere } = this.#options
    counters.calls.add(address.kind)
    const carry = elsewhere?.(address)
    const outcome = await (carry ? carry(address, method, args) : registry().slot(address).call(method, args))
    if ('refused' in outcome) counters.refusals.add(outcome.refused.kind)
    return outcome
  }
}

function withActor(log: Log, actor: string): Log {
  return {
    info: (message, fields) => log.info(message, { actor, ...fields }),
    warn: (message, fields) => log.warn(message, { actor, ...fields }),
    error: (message, fields) => log.error(message, { actor, ...fields }),
  }
}
