import { type ActorKind, actors } from '#durable/actors.ts'
import { firstInvitation } from '#durable/directory/first-invitation.ts'
import type { Gateway } from '#durable/gateway/gateway.ts'
import type { GatewayHost, HasherHost, Limits } from '#durable/ports/host.ts'
import type { Log } from '#durable/ports/log.ts'
import type { Peers } from '#durable/ports/peers.ts'
import type { SocketId, SocketOrigin } from '#durable/ports/sockets.ts'
import { type Carry, peerMaker } from '#node-host/peers.ts'
import { type Outcome, refuse } from '#protocol/errors.ts'
import { MemoryObjects } from '../support/memory-objects.ts'
import { DiskError, type MemoryDisk, type MemoryStorage } from '../support/memory-storage.ts'
import { Alarms } from './host/alarms.ts'
import { Calls } from './host/calls.ts'
import { distantObjects } from './host/distant-objects.ts'
import { GatewaySockets, gatewayOf, type SocketEnd } from './host/gateway-sockets.ts'
import { Instance } from './host/instance.ts'
import { Life } from './host/life.ts'
import { LIMITS, type MachineParts } from './host/machine-parts.ts'
import { pointed } from './host/pointed-storage.ts'
import { Strikes } from './host/strikes.ts'
import type { VirtualClock } from './virtual-clock.ts'

const FIRST_GATEWAY = 'g0'
const SWEEP_EVERY_MS = 5_000
/** One simulated host: runs the actors on a disk in memory, and dies and comes back on it. */
export class Machine {
  readonly objects: MemoryObjects
  readonly strikes = new Strikes()
  readonly #parts: MachineParts
  readonly #clock: VirtualClock
  readonly #disk: MemoryDisk
  readonly #limits: Limits
  readonly #classes: typeof actors
  readonly #makePeers: ReturnType<typeof peerMaker>
  readonly #calls: Calls
  readonly #log: Log
  #instances = new Map<string, Instance>()
  /** Of instances that ended: when their last commits are settled. */
  #ending = new Map<string, Promise<void>>()
  #gateways = new Map<string, GatewaySockets>()
  #alarms: Alarms | undefined
  #life = new Life()
  #nextSocket = 1

  constructor(parts: MachineParts) {
    const { clock, random, disk, objects = new MemoryObjects(), limits, chance, onThrown } = parts
    this.objects = objects
    this.#parts = parts
    this.#classes = parts.classes ?? actors
    this.#makePeers = peerMaker(this.#classes)
    this.#clock = clock
    this.#disk = disk
    this.#limits = { ...LIMITS, ...limits }
    this.#calls = new Calls(clock, random, chance)
    const heed = (message: string, fields?: Record<string, unknown>) => {
      if (message === 'an effect was refused for good') onThrown?.(new Error(JSON.stringify(fields)))
      else if (fields?.error !== undefined) this.#thrown(fields.error)
    }
    this.#log = { info: () => {}, warn: heed, error: heed }
  }

  get isUp(): boolean {
    return this.#alarms !== undefined
  }

  async start(): Promise<void> {
    this.#alarms = new Alarms(this.#clock, this.#disk, (actor) => this.#wake(actor))
    this.#sweepLater(this.#life)
  }

  /** The process ends here and now; of what was being written a part may be on the disk. */
  crash(): void {
    this.#life.end()
    this.#life = new Life()
    this.#alarms?.stop()
    this.#alarms = undefined
    this.strikes.clear()
    this.#disk.crash((_actor, inFlight) => this.#parts.random.int(0, inFlight))
    for (const instance of this.#instances.values()) instance.isAlive = false
    this.#instances = new Map()
    this.#ending = new Map()
    const gateways = [...this.#gateways.values()]
    this.#gateways = new Map()
    for (const sockets of gateways) sockets.closeAll()
  }

  /** A commit with an alarm is on the disk. */
  alarmSet(actor: string, at: number): void {
    this.#alarms?.set(actor, at)
  }

  /** The actors in memory, as `kind/id`. */
  loaded(...kinds: ActorKind[]): string[] {
    return [...this.#instances.values()].filter(({ kind }) => kinds.includes(kind)).map(({ key }) => key)
  }

  /** An actor's memory goes, whatever it is doing; a gateway's sockets go with it. `key` is `kind/id`. */
  evictActor(key: string): void {
    const instance = this.#instances.get(key)
    if (instance) this.#end(instance)
  }

  /** Takes a gateway out of memory while its sockets stay open; false when something is under way there. */
  hibernate(gateway = FIRST_GATEWAY): boolean {
    const instance = this.#instances.get(`gateway/${gateway}`)
    const actor = instance?.actor as Gateway | undefined
    if (!instance?.isQuiet || actor?.isBusy) return false
    this.#sockets(gateway).note(instance.actor as Gateway)
    instance.isAlive = false
    this.#instances.delete(instance.key)
    return true
  }

  /** Ends what was begun and sends everybody away, as a host does before it stops. */
  async drain(id = FIRST_GATEWAY): Promise<void> {
    const gateway = await this.#gateway(id)
    await gateway?.drain()
    gateway?.dismiss()
  }

  async connect(
    end: SocketEnd,
    transport: SocketOrigin['transport'] = 'loopback',
    id = FIRST_GATEWAY,
  ): Promise<SocketId | undefined> {
    const gateway = await this.#gateway(id)
    if (!gateway) return undefined
    const socket = `${id}/${this.#nextSocket++}`
    const origin = { transport, address: '127.0.0.1', network: '127.0.0.1' }
    this.#sockets(id).open(socket, end, origin, this.#clock.now())
    gateway.opened(socket, origin)
    return socket
  }

  async receive(socket: SocketId, frame: string): Promise<void> {
    const id = gatewayOf(socket)
    if (!this.#gateways.get(id)?.heard(socket, this.#clock.now())) return
    const gateway = await this.#gateway(id)
    try {
      gateway?.received(socket, frame)
    } catch (error) {
      this.#thrown(error)
    }
  }

  async disconnect(socket: SocketId): Promise<void> {
    const id = gatewayOf(socket)
    if (!this.#gateways.get(id)?.lose(socket)) return
    // It may have been out of memory: then it comes back to hear this, and knows the socket.
    const gateway = await this.#gateway(id)
    if (this.#gateways.get(id)?.forget(socket)) gateway?.closed(socket)
  }

  async firstInvitation(): Promise<string> {
    const outcome = await firstInvitation(this.peers, this.#parts.random, this.#clock)
    if ('refused' in outcome || !outcome.ok) throw new Error('no first invitation')
    return outcome.ok.code
  }

  /** The actors as the host itself calls them. */
  get peers(): Peers {
    return this.#makePeers(({ kind, id }, method, args) => this.#call(this, kind as ActorKind, id, method, args))
  }

  /** A gateway in memory; undefined when the host is down, or it ended while it was loaded. */
  async #gateway(id: string): Promise<Gateway | undefined> {
    if (!this.isUp) return undefined
    const instance = this.#instance('gateway', id)
    // Who waits for a process that dies meanwhile is turned away.
    await Promise.race([instance.ready.catch(() => {}), this.#life.ended])
    return instance.isAlive ? (instance.actor as Gateway) : undefined
  }

  #sockets(gateway: string): GatewaySockets {
    const known = this.#gateways.get(gateway)
    if (known) return known
    const sockets = new GatewaySockets()
    this.#gateways.set(gateway, sockets)
    return sockets
  }

  #instance(kind: ActorKind, id: string): Instance {
    const key = `${kind}/${id}`
    const known = this.#instances.get(key)
    if (known) return known
    const instance: Instance = new Instance(
      kind,
      id,
      this.#disk.open(key),
      (self) => new this.#classes[kind](id, this.#host(self, id)),
      (!this.#parts.unfenced && this.#ending.get(key)) || Promise.resolve(),
      (error) => this.#thrown(error),
    )
    this.#instances.set(key, instance)
    instance.ready.catch(() => this.#end(instance))
    return instance
  }

  #end(instance: Instance): void {
    const { key, kind, storage } = instance
    if (!instance.isAlive) return
    this.#instances.delete(key)
    instance.end()
    if (!this.#parts.unfenced) storage.close()
    const settled: Promise<void> = Promise.all([this.#ending.get(key), storage.settled()]).then(() => {
      if (this.#ending.get(key) === settled) this.#ending.delete(key)
    })
    this.#ending.set(key, settled)
    if (kind !== 'gateway') return
    const id = key.slice('gateway/'.length)
    const sockets = this.#gateways.get(id)
    this.#gateways.delete(id)
    sockets?.closeAll()
  }

  #host(instance: Instance, id: string): GatewayHost & HasherHost {
    const life = this.#life
    const sockets = instance.kind === 'gateway' ? this.#sockets(id) : new GatewaySockets()
    const pass = (point: Parameters<Strikes['pass']>[0]) => {
      if (instance.isAlive && life === this.#life) this.strikes.pass(point, instance.key)
    }
    const carry: Carry = async (address, method, args) => {
      if (!instance.isAlive) return refuse('retry', 'the actor that calls was reset')
      instance.waitsFor++
      pass('call sent')
      const answer = await this.#call(instance, address.kind as ActorKind, address.id, method, args)
      instance.waitsFor--
      pass('call answered')
      return answer
    }
    const afterTurn = (callback: () => void) => {
      instance.waitsFor++
      this.#clock.after(0, () => {
        instance.waitsFor--
        pass('turn ended')
        if (instance.isAlive) callback()
      })
    }
    return {
      storage: pointed(() => this.#storageOf(instance), pass),
      peers: this.#makePeers(carry),
      clock: this.#clock,
      random: this.#parts.random,
      log: this.#log,
      objects: distantObjects(this.objects, this.#parts, () => life !== this.#life),
      limits: this.#limits,
      destroy: () => {
        if (!this.#parts.keepsFailedInstances) this.#end(instance)
      },
      sockets: sockets.port(() => instance.isAlive, afterTurn),
      // What it costs is not simulated, and what it hides needs no hiding here.
      scrypt: { derive: async (password, salt) => Uint8Array.from([...password, ...salt]).slice(0, 32) },
    }
  }

  /** A broken host that keeps an instance keeps its way to the disk, too. */
  #storageOf({ key, storage }: Instance): MemoryStorage {
    return this.#parts.keepsFailedInstances ? this.#disk.open(key, storage.handle) : storage
  }

  /** What a dead process waits for never comes. */
  async #call(from: object, kind: ActorKind, id: string, method: string, args: unknown[]): Promise<Outcome<unknown>> {
    const life = this.#life
    const to = `${kind}/${id}`
    const answer = await this.#calls.carry({ from, to }, method, () => {
      if (life !== this.#life) return new Promise(() => {})
      this.strikes.pass('call arrived', to)
      return life === this.#life ? this.#instance(kind, id).call(method, args) : new Promise(() => {})
    })
    return life === this.#life ? answer : new Promise(() => {})
  }

  async #wake(key: string): Promise<void> {
    const [kind, id] = key.split('/') as [ActorKind, string]
    const instance = this.#instance(kind, id)
    await instance.ready
    try {
      await instance.actor.wake()
    } catch (error) {
      if (instance.isAlive) this.#thrown(error)
      throw error
    }
  }

  #sweepLater(life: Life): void {
    this.#clock.after(SWEEP_EVERY_MS, () => {
      if (life !== this.#life) return
      for (const [id, sockets] of this.#gateways) {
        if (!sockets.isEmpty) void this.#gateway(id).then((gateway) => gateway?.sweep())
      }
      this.#sweepLater(life)
    })
  }

  #thrown(error: unknown): void {
    if (!(error instanceof DiskError)) this.#parts.onThrown?.(error)
  }
}
