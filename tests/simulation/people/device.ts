import { Snug } from '#client/index.ts'
import type { FileInput, RoomView, UploadView } from '#client/model.ts'
import { RefusedError } from '#client/refused-error.ts'
import type { DeviceId, RoomId, UserId } from '#protocol/ids.ts'
import { CacheCheck } from '../model/cache-check.ts'
import { Witness } from '../model/witness.ts'
import { PASSWORD } from '../password.ts'
import type { World } from '../world.ts'
import { DeviceStore } from './device-store.ts'
import { DeviceTransfer } from './device-transfer.ts'
import { Wire } from './wire.ts'

/** A message that somebody wrote, with a text or a file of this name. It is safe once the client has said so. */
type Written = { readonly room: RoomId; readonly text: string; readonly at: number }

/** One person's device: its storage outlives the runs of the client on it. */
export class Device {
  readonly name: string
  readonly handle: string
  readonly values = new Map<string, unknown>()
  readonly storage: DeviceStore
  snug: Snug
  /** Messages whose `send` has resolved. They must arrive, unless the device forgets everything. */
  safe: Written[] = []
  wire: Wire
  #transfer: DeviceTransfer
  readonly #world: World
  readonly #check: CacheCheck
  /** Who was logged in last: the client itself forgets it. */
  #known: { readonly user: UserId; readonly device: DeviceId } | undefined
  #isCut = false
  #isEntering = false
  #count = 0

  constructor(world: World, handle: string, name: string) {
    this.#world = world
    this.handle = handle
    this.name = name
    this.#check = new CacheCheck(name, world.truth, world.verdict, this.values)
    this.storage = new DeviceStore(this.values, world.clock, world.random, this.#check)
    this.wire = this.#newWire()
    this.#transfer = this.#newTransfer()
    this.snug = this.#newSnug()
  }

  get user(): UserId | undefined {
    const { account } = this.snug
    return account.status === 'logged-in' ? account.user : undefined
  }

  get rooms(): RoomView[] {
    return [...this.snug.rooms.values()]
  }

  start(): Promise<void> {
    return this.snug.start()
  }

  /** One attempt at a time to come in. */
  async enter(attempt: () => Promise<void>): Promise<void> {
    if (this.#isEntering) return
    this.#isEntering = true
    await attempt().finally(() => {
      this.#isEntering = false
    })
  }

  /** Its person closes the tab. */
  leave(): void {
    this.isCut = true
    this.#transfer.stop()
    this.wire.stop()
  }

  register(invitation: string): Promise<void> {
    const { handle } = this
    return this.enter(() => this.snug.register({ invitation, handle, name: handle, password: PASSWORD }))
  }

  /** The tab dies: what was not on its storage is gone. */
  restart(): void {
    this.storage.crash()
    this.#isEntering = false
    this.wire.stop()
    this.#transfer.stop()
    this.wire = this.#newWire()
    this.#transfer = this.#newTransfer()
    this.wire.isCut = this.#isCut
    this.snug = this.#newSnug()
    this.snug.start().catch((error) => this.#world.verdict.thrown(error))
  }

  get isCut(): boolean {
    return this.#isCut
  }

  set isCut(isCut: boolean) {
    this.#isCut = isCut
    this.wire.isCut = isCut
  }

  send(room: RoomId): void {
    this.#write(room, (snug, text) => snug.send(room, text))
  }

  /** `filesOf`: what is sent, by the name that its first file must have. */
  sendFiles(room: RoomId, hasText: boolean, filesOf: (name: string) => FileInput[] | Promise<FileInput[]>): void {
    this.#write(room, (snug, text) => snug.sendFiles(room, hasText ? text : '', filesOf(text)))
  }

  get uploads(): UploadView[] {
    return this.rooms.flatMap(({ uploads }) => uploads)
  }

  /** What was safe may still arrive, and need not. */
  async giveUp({ id, files }: UploadView): Promise<void> {
    this.safe = this.safe.filter(({ text }) => text !== files[0]?.name)
    await this.snug.cancelUpload(id)
  }

  #write(room: RoomId, send: (snug: Snug, text: string) => Promise<void>): void {
    const message = { room, text: `${this.name} ${++this.#count}`, at: this.#world.clock.now() }
    const { snug } = this
    const keep = async () => {
      await send(snug, message.text)
      if (this.user && snug === this.snug) this.safe.push(message)
    }
    keep().catch((error) => {
      // It was logged out meanwhile.
      if (!(error instanceof RefusedError)) this.#world.verdict.thrown(error)
    })
  }

  #newTransfer(): DeviceTransfer {
    const { machine, clock, random, chance } = this.#world
    return new DeviceTransfer({ objects: machine.objects, clock, random, chance, isCut: () => this.#isCut })
  }

  #newWire(): Wire {
    const { machine, clock, random, chance, truth, verdict, gateways, variant } = this.#world
    return new Wire({
      machine,
      clock,
      random,
      chance,
      gateway: random.pick(gateways),
      newTap: () => new Witness(truth, verdict, this.#check),
      onUnread: (frame) => verdict.violated('thrown', `${this.name} cannot read ${frame}`),
      onLost: () => this.#world.lostNow(),
      reorders: variant.reordersFrames ?? false,
    })
  }

  #newSnug(): Snug {
    const { clock, random, verdict, variant } = this.#world
    const store = this.storage.open()
    const snug = new Snug({
      url: 'ws://simulated/ws',
      store: variant.cacheOf?.(store, clock) ?? store,
      deviceName: this.name,
      link: this.wire,
      transfer: this.#transfer,
      clock,
      random: (length) => random.bytes(length),
    })
    snug.on('store-failed', (error) => verdict.thrown(error))
    snug.on('account', (account) => {
      if (snug !== this.snug) return
      if (account.status === 'logged-in') this.#enter(account.user, account.device)
      if (account.status !== 'logged-out') return
      if (account.why === 'revoked') this.#mustBeRevoked()
      // Who logs in next may be logged out elsewhere before it is shown that they came.
      this.#known = undefined
      this.safe = []
      this.#check.forgotten()
    })
    return snug
  }

  #enter(user: UserId, device: DeviceId): void {
    this.#known = { user, device }
    this.#world.people.set(this.handle, user)
  }

  #mustBeRevoked(): void {
    const { truth, verdict } = this.#world
    if (this.#known && truth.user(this.#known.user).devices.get(this.#known.device))
      verdict.violated('log-out', `${this.name} believes that it was logged out, and was not`)
  }
}
