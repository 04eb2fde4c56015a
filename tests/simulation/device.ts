import { Snug } from '#client/index.ts'
import type { Store } from '#client/ports/store.ts'
import type { RoomId } from '#protocol/ids.ts'
import { DeviceStore } from './device-store.ts'
import { Wire } from './wire.ts'
import type { World } from './world.ts'

/** One person's device: its storage outlives the runs of the client on it. */
export class Device {
  readonly name: string
  readonly storage: DeviceStore
  readonly wire: Wire
  snug: Snug
  /** Messages whose `send` has resolved: they must arrive. */
  readonly safe: { room: RoomId; text: string }[] = []
  readonly attempted: { room: RoomId; text: string }[] = []
  readonly #world: World
  #wire: Wire
  #isCut = false
  #count = 0

  constructor(world: World, name: string) {
    this.#world = world
    this.name = name
    this.storage = new DeviceStore(world.clock, world.random)
    this.#wire = this.#newWire()
    this.wire = this.#wire
    this.snug = this.#newSnug()
  }

  async start(): Promise<void> {
    await this.snug.start()
  }

  /** The tab dies: what was not on its storage is gone. */
  restart(): void {
    this.storage.crash()
    this.#wire.stop()
    this.#wire = this.#newWire()
    this.#wire.isCut = this.#isCut
    this.snug = this.#newSnug()
    void this.snug.start()
  }

  set isCut(isCut: boolean) {
    this.#isCut = isCut
    this.#wire.isCut = isCut
  }

  break(): void {
    this.#wire.break()
  }

  send(room: RoomId): void {
    const message = { room, text: `${this.name} ${++this.#count}` }
    this.attempted.push(message)
    void this.snug.send(room, message.text).then(() => this.safe.push(message))
  }

  #newWire(): Wire {
    return new Wire(this.#world.machine, this.#world.clock, this.#world.random, (frame) =>
      this.#world.witness.frame(frame),
    )
  }

  #newSnug(): Snug {
    const { clock, random, cacheOf } = this.#world
    const store: Store = cacheOf(this.storage.open())
    return new Snug({
      url: 'ws://simulated/ws',
      store,
      deviceName: this.name,
      link: this.#wire,
      clock,
      random: (length) => random.bytes(length),
    })
  }
}
