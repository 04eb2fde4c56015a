import { type ActorKind, actors } from '#durable/actors.ts'
import { firstInvitation } from '#durable/directory/first-invitation.ts'
import type { Gateway } from '#durable/gateway/gateway.ts'
import { DEFAULT_LIMITS, type GatewayHost, type HasherHost, type Limits } from '#durable/ports/host.ts'
import type { Peers } from '#durable/ports/peers.ts'
import type { SocketId, SocketOrigin, Survivor } from '#durable/ports/sockets.ts'
import type { Storage } from '#durable/ports/storage.ts'
import { type Outcome, refuse } from '#protocol/errors.ts'
import type { MemoryDisk } from '../support/memory-storage.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { VirtualClock } from './virtual-clock.ts'

const GATEWAY = 'g0'
const GATEWAY_KEY = `gateway/${GATEWAY}`
const SWEEP_EVERY_MS = 5_000
const ALARMS_EVERY_MS = 100
const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  messagesPerSecond: 10_000,
  messageBurst: 10_000,
  requestsPerSecond: 10_000,
  requestBurst: 10_000,
  roomsPerMinute: 10_000,
  catchUpRecords: 10,
}

type Instance = {
  readonly ready: Promise<unknown>
  readonly actor: Record<string, unknown> & { wake(): Promise<void> }
  readonly gone: Promise<void>
  readonly commits: Set<Promise<void>>
  retire(): void
}

/** Where a client's end of a socket hears from this machine. */
export type SocketEnd = { frame(text: string): void; closed(code: number): void }

type OpenSocket = { readonly end: SocketEnd; readonly origin: SocketOrigin; heardAt: number; note?: string }

export type MachineFaults = {
  /** Of a call between actors: it never arrives, or arrives and its answer is lost. The caller is told `retry`. */
  readonly lostCalls: number
  /** A broken host: keeps an instance whose commit failed. */
  readonly keepsFailedInstances?: boolean
}

const NO_FAULTS: MachineFaults = { lostCalls: 0 }

/** One simulated host: runs the actors on a disk in memory, and dies and comes back on it. */
export class Machine {
  readonly #clock: VirtualClock
  readonly #random: SeededRandom
  readonly #disk: MemoryDisk
  readonly #faults: MachineFaults
  readonly #limits: Limits
  #life = 0
  #instances = new Map<string, Instance>()
  #retired = new Map<string, Promise<unknown>>()
  #sockets = new Map<SocketId, OpenSocket>()
  /** Calls under way, by the actor they come from and the one they go to. */
  #underWay = new Map<string, number>()
  #turns = 0
  #arrivals = new Map<string, number>()
  #waking = new Set<string>()
  #isUp = false
  #nextSocket = 1
  /** Whether faults happen now. */
  isFaulty = false

  constructor(
    clock: VirtualClock,
    random: SeededRandom,
    disk: MemoryDisk,
    faults: MachineFaults = NO_FAULTS,
    limits: Partial<Limits> = {},
  ) {
    this.#limits = { ...LIMITS, ...limits }
    this.#clock = clock
    this.#random = random
    this.#disk = disk
    this.#faults = faults
  }

  get isUp(): boolean {
    return this.#isUp
  }

  async start(): Promise<void> {
    this.#isUp = true
    const life = this.#life
    this.#every(SWEEP_EVERY_MS, life, () => this.#gateway().then((gateway) => gateway.sweep()))
    this.#every(ALARMS_EVERY_MS, life, async () => this.#fireAlarms())
    await this.#gateway()
  }

  /** The process ends here and now; of what was being written a part may be on the disk. */
  crash(): void {
    this.#life++
    this.#isUp = false
    this.#disk.crash((_actor, inFlight) => this.#random.int(0, inFlight))
    this.#instances = new Map()
    this.#retired = new Map()
    this.#arrivals = new Map()
    this.#waking = new Set()
    const sockets = [...this.#sockets.values()]
    this.#sockets = new Map()
    this.#underWay = new Map()
    this.#turns = 0
    for (const { end } of sockets) end.closed(1006)
  }

  /** The memory of some actor of a kind goes; the next call loads it again. */
  evict(kind: ActorKind): void {
    const candidates = [...this.#instances.keys()].filter((key) => key.startsWith(`${kind}/`))
    if (candidates.length > 0) this.evictActor(this.#random.pick(candidates))
  }

  /** An actor's memory goes, unless it is just committing. `key` is `kind/id`. */
  evictActor(key: string): void {
    const instance = this.#instances.get(key)
    if (instance && instance.commits.size === 0) this.#retire(key, instance)
  }

  /** Takes the gateway out of memory while its sockets stay open; false when something is under way there. */
  hibernate(): boolean {
    const instance = this.#instances.get(GATEWAY_KEY)
    if (!instance || this.#turns > 0 || this.#underWay.has(GATEWAY_KEY)) return false
    const gateway = instance.actor as unknown as Gateway
    for (const [id, socket] of this.#sockets) {
      const note = gateway.noteOf(id)
      if (note !== undefined) socket.note = note
    }
    this.#instances.delete(GATEWAY_KEY)
    return true
  }

  /** Ends what was begun and sends everybody away, as a host does before it stops. */
  async drain(): Promise<void> {
    const gateway = await this.#gateway()
    await gateway.drain()
    gateway.dismiss()
  }

  async connect(end: SocketEnd, transport: SocketOrigin['transport'] = 'loopback'): Promise<SocketId | undefined> {
    if (!this.#isUp) return undefined
    const gateway = await this.#gateway()
    const socket = `s${this.#nextSocket++}`
    const origin = { transport, address: '127.0.0.1', network: '127.0.0.1' }
    this.#sockets.set(socket, { end, origin, heardAt: this.#clock.now() })
    gateway.opened(socket, origin)
    return socket
  }

  async receive(socket: SocketId, frame: string): Promise<void> {
    const open = this.#sockets.get(socket)
    if (!open) return
    open.heardAt = this.#clock.now()
    const gateway = await this.#gateway()
    gateway.received(socket, frame)
  }

  async disconnect(socket: SocketId): Promise<void> {
    if (this.#sockets.delete(socket) && this.#isUp) (await this.#gateway()).closed(socket)
  }

  async firstInvitation(): Promise<string> {
    const outcome = await firstInvitation(this.peers, this.#random, this.#clock)
    if ('refused' in outcome || !outcome.ok) throw new Error('no first invitation')
    return outcome.ok.code
  }

  /** The actors as the host itself calls them. */
  get peers(): Peers {
    return this.#peers('host')
  }

  async #gateway(): Promise<Gateway> {
    const instance = this.#instance('gateway', GATEWAY)
    await instance.ready
    return instance.actor as unknown as Gateway
  }

  #instance(kind: ActorKind, id: string): Instance {
    const key = `${kind}/${id}`
    const known = this.#instances.get(key)
    if (known) return known
    const commits = new Set<Promise<void>>()
    const gone = Promise.withResolvers<void>()
    const life = this.#life
    const host = this.#host(key, life, commits, () => {
      const instance = this.#instances.get(key)
      if (instance?.gone === gone.promise && !this.#faults.keepsFailedInstances) this.#retire(key, instance)
    })
    const actor = new actors[kind](id, host)
    const before = this.#retired.get(key) ?? Promise.resolve()
    const instance: Instance = {
      actor: actor as unknown as Instance['actor'],
      ready: before.then(() => actor.load()),
      gone: gone.promise,
      commits,
      retire: gone.resolve,
    }
    this.#instances.set(key, instance)
    return instance
  }

  #retire(key: string, instance: Instance): void {
    this.#instances.delete(key)
    this.#retired.set(key, Promise.allSettled(instance.commits))
    instance.retire()
  }

  #host(key: string, life: number, commits: Set<Promise<void>>, destroy: () => void): GatewayHost & HasherHost {
    const storage = this.#disk.open(key)
    const tracked: Storage = {
      get: (...args) => storage.get(...args),
      range: (...args) => storage.range(...args),
      page: (...args) => storage.page(...args),
      commit: (commit) => {
        // A broken host that keeps an instance keeps its way to the disk, too.
        const durable = (this.#faults.keepsFailedInstances ? this.#disk.open(key) : storage).commit(commit)
        const settled: Promise<void> = durable.catch(() => {}).finally(() => commits.delete(settled))
        commits.add(settled)
        return durable
      },
    }
    return {
      storage: tracked,
      peers: this.#peers(key),
      clock: this.#clock,
      random: this.#random,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      limits: this.#limits,
      destroy,
      sockets: {
        send: (socket, frame) => {
          if (life === this.#life) this.#sockets.get(socket)?.end.frame(new TextDecoder().decode(frame))
        },
        close: (socket, code) => {
          const open = life === this.#life ? this.#sockets.get(socket) : undefined
          this.#sockets.delete(socket)
          open?.end.closed(code)
        },
        heardAt: (socket) => this.#sockets.get(socket)?.heardAt ?? 0,
        survivors: () => this.#survivors(),
        afterTurn: (callback) => {
          this.#turns++
          this.#clock.after(0, () => {
            if (life !== this.#life) return
            this.#turns--
            callback()
          })
        },
      },
      // What it costs is not simulated, and what it hides needs no hiding here.
      scrypt: { derive: async (password, salt) => Uint8Array.from([...password, ...salt]).slice(0, 32) },
    }
  }

  #survivors(): Survivor[] {
    return [...this.#sockets].flatMap(([socket, { origin, note }]) =>
      note === undefined ? [] : [{ socket, origin, note }],
    )
  }

  #peers(caller: string): Peers {
    const stub = (kind: ActorKind, id: string) =>
      new Proxy(
        {},
        {
          get:
            (_, method) =>
            (...args: unknown[]) =>
              this.#call(caller, kind, id, String(method), args),
        },
      )
    return {
      gateway: (id: string) => stub('gateway', id),
      user: (id: string) => stub('user', id),
      room: (id: string) => stub('room', id),
      directory: (id: string) => stub('directory', id),
      hasher: () => stub('hasher', 'hasher'),
    } as unknown as Peers
  }

  async #call(caller: string, kind: ActorKind, id: string, method: string, args: unknown[]): Promise<Outcome<unknown>> {
    const life = this.#life
    const settle = this.#begin(caller, `${kind}/${id}`)
    const answer = await this.#carry(caller, kind, id, method, args)
    if (life === this.#life) settle()
    return answer
  }

  /** Notes a call as under way until the answer is called. */
  #begin(...ends: readonly string[]): () => void {
    for (const end of ends) this.#underWay.set(end, (this.#underWay.get(end) ?? 0) + 1)
    return () => {
      for (const end of ends) {
        const left = (this.#underWay.get(end) ?? 0) - 1
        if (left > 0) this.#underWay.set(end, left)
        else this.#underWay.delete(end)
      }
    }
  }

  async #carry(
    caller: string,
    kind: ActorKind,
    id: string,
    method: string,
    args: unknown[],
  ): Promise<Outcome<unknown>> {
    const life = this.#life
    const fate =
      this.isFaulty && this.#random.chance(this.#faults.lostCalls) ? this.#random.pick(['call', 'answer']) : 'arrives'
    await this.#travel(`${caller}>${kind}/${id}`, life)
    if (fate === 'call') return refuse('retry', 'the call was lost')
    const instance = this.#instance(kind, id)
    const run = async () => {
      await instance.ready
      const call = instance.actor[method] as (...args: unknown[]) => Promise<Outcome<unknown>>
      return structuredClone(await call.apply(instance.actor, structuredClone(args)))
    }
    const retired = instance.gone.then(() => refuse('retry', 'the actor was reloaded'))
    const answer = await Promise.race([run(), retired]).catch(() => refuse('retry', 'the actor failed'))
    await this.#travel(`${kind}/${id}>${caller}`, life)
    return fate === 'answer' ? refuse('retry', 'the answer was lost') : answer
  }

  /** A little while, in order with what went the same way before. What a dead process waits for never comes. */
  async #travel(way: string, life: number): Promise<void> {
    const now = this.#clock.now()
    const arrival = Math.max(now + this.#random.int(0, 3), this.#arrivals.get(way) ?? 0)
    this.#arrivals.set(way, arrival)
    await this.#clock.sleep(arrival - now)
    if (life !== this.#life) await new Promise(() => {})
  }

  #fireAlarms(): void {
    const now = this.#clock.now()
    for (const [key, at] of this.#disk.alarms()) {
      if (at > now || this.#waking.has(key)) continue
      this.#waking.add(key)
      const [kind, id] = key.split('/') as [ActorKind, string]
      const instance = this.#instance(kind, id)
      void instance.ready
        .then(() => instance.actor.wake())
        .catch(() => {})
        .finally(() => this.#waking.delete(key))
    }
  }

  #every(ms: number, life: number, work: () => Promise<unknown>): void {
    this.#clock.after(ms, () => {
      if (life !== this.#life) return
      work().catch(() => {})
      this.#every(ms, life, work)
    })
  }
}
