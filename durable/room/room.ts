import { type EncodedHead, encodeDown } from '#protocol/codec.ts'
import type { Member } from '#protocol/down/members.ts'
import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import { type FileId, isGroup, type RoomId, type UserId } from '#protocol/ids.ts'
import type { Presence, Subscriber } from '../followers.ts'
import { directRoomId } from '../identity.ts'
import type { Host } from '../ports/host.ts'
import type { Write } from '../ports/storage.ts'
import { Publisher } from '../publisher.ts'
import { deliveryOf, eventsAt, noticeOf, type RoomDelivery, readEvent, receivedEvent } from './deliveries.ts'
import { carryOut, type Effect, effectSchema } from './effects.ts'
import { type FileUrl, RoomFiles } from './files.ts'
import { describeHead, Membership, NOT_A_MEMBER } from './membership.ts'
import { arrival, departure, type MembershipChange, opening } from './membership-changes.ts'
import { Producers } from './producers.ts'
import { type FilesPage, SharedFiles } from './shared-files.ts'
import { decide, namedIn, type Settlement, type Submission } from './submissions.ts'
import { type NewRecord, type Place, Timeline } from './timeline.ts'
import { Typists } from './typists.ts'
import { refusalOfUnknown } from './unknown-users.ts'
import { UntoldMarks } from './untold-marks.ts'

/** What a member gets to begin with: the head (protocol/room-head.ts) and its sequence. */
export type Catching = EncodedHead & { readonly seq: number }

type StillMembers = { readonly seq: number; readonly floors: (readonly [user: UserId, floor: number])[] }

/** Catch-up holds the heads of many rooms at once: each brings as many of its newest records as fit into this. */
const HEAD_BYTES = 32 * 1024

/** Membership and timeline of one room (read diffusion: messages are stored once). */
export class Room extends Publisher<Effect> {
  readonly #room: RoomId
  readonly #membership = new Membership()
  readonly #timeline: Timeline
  readonly #producers: Producers
  readonly #files: RoomFiles
  readonly #shared: SharedFiles
  /** Resolves when all that was sent before is decided: what comes in order is decided in order (SPEC.md, P6). */
  #decided: Promise<void> = Promise.resolve()
  readonly #typists = new Typists()
  readonly #untoldMarks = new UntoldMarks((events) => {
    const delivery = eventsAt(this.#room, this.#timeline.head.seq, events)
    return this.publish((subscriber) => this.#deliver(subscriber, delivery), 'more')
  })

  constructor(id: string, host: Host) {
    super(id, host, effectSchema)
    this.#room = id as RoomId
    this.#timeline = new Timeline(host.storage)
    this.#producers = new Producers(host.storage)
    this.#files = new RoomFiles(host, this.#timeline)
    this.#shared = new SharedFiles(host.storage, this.#timeline)
  }

  override async load(): Promise<void> {
    await this.#membership.load(this.host.storage)
    await this.#timeline.load()
    await super.load()
  }

  /** Opens the group; a repeat by its creator finds it open. */
  async createGroup(creator: UserId, title: string, members: UserId[]): Promise<Outcome<null>> {
    if (!isGroup(this.#room)) return refuse('forbidden', 'not the id of a group')
    const missing = await refusalOfUnknown(this.host.peers, members)
    if (missing) return missing
    return this.#open('group', creator, [creator, ...members], title)
  }

  /** Opens the direct room of two users, or finds it open. */
  async openDirect(user: UserId, peer: UserId): Promise<Outcome<null>> {
    if (user === peer || directRoomId(user, peer) !== this.#room)
      return refuse('forbidden', 'not the room of these two')
    const missing = await refusalOfUnknown(this.host.peers, [peer])
    if (missing) return missing
    return this.#open('direct', user, [user, peer])
  }

  /** Settles what members send, in its order. Answers when it is durable; followers hear of it then too, all at once. */
  async send(submissions: Submission[]): Promise<Outcome<Settlement[]>> {
    const owners = new Map<FileId, UserId>()
    const read = this.#decided.then(() => this.#readFor(submissions, owners))
    this.#decided = read.catch(() => {})
    await read
    const at = this.host.clock.now()
    const next = this.#timeline.last.seq + 1
    const known = { membership: this.#membership, producers: this.#producers, owners }
    const { records, settlements, rows } = decide(at, submissions, known, next)
    for (const { by } of records) this.#typists.ended(by)
    await this.#append(records, rows)
    return ok(settlements)
  }

  async invite(by: UserId, users: UserId[]): Promise<Outcome<null>> {
    const missing = await refusalOfUnknown(this.host.peers, users)
    if (missing) return missing
    const { room } = this.#membership
    if (!room || !this.#membership.of(by)) return this.#forbidden()
    if (room.kind === 'direct') return refuse('forbidden', 'a direct room has two members')
    const fresh = [...new Set(users)].filter((user) => !this.#membership.of(user))
    if (this.#membership.size + fresh.length > this.host.limits.roomMembers)
      return this.durable().then(() => refuse('limit-reached', 'the room is full'))
    if (fresh.length === 0) return this.durable().then(() => ok(null))
    const [at, { last }] = [this.host.clock.now(), this.#timeline]
    return this.#record(arrival(this.#membership, room, { by, users: fresh, at, last }))
  }

  async leave(user: UserId): Promise<Outcome<null>> {
    await this.#decided
    const { room } = this.#membership
    if (!room || !this.#membership.of(user)) return this.durable().then(() => ok(null))
    if (room.kind === 'direct') return refuse('forbidden', 'a direct room cannot be left')
    return this.#record(departure(this.#membership, room, { by: user, user, at: this.host.clock.now() }))
  }

  /** Takes another out of the group of an owner. */
  async remove(by: UserId, user: UserId): Promise<Outcome<null>> {
    if (by === user) return refuse('forbidden', 'nobody removes himself: leave')
    await this.#decided
    const { room } = this.#membership
    if (!room || this.#membership.of(by)?.role !== 'owner')
      return this.durable().then(() => refuse('forbidden', 'only the owner of a group removes members'))
    if (!this.#membership.of(user)) return this.durable().then(() => ok(null))
    return this.#record(departure(this.#membership, room, { by, user, at: this.host.clock.now() }))
  }

  /** Moves the user's read mark forward and tells everybody. Answers where it is then. */
  async markRead(user: UserId, seq: number): Promise<Outcome<Place>> {
    const place = Math.min(seq, this.#timeline.head.seq)
    const ord = await this.#timeline.ordAt(place)
    const writes = this.#membership.mark(user, place, ord)
    const member = this.#membership.of(user)
    if (!member) return this.#forbidden()
    await this.commit(writes)
    if (writes.length === 0) return ok({ seq: member.read, ord: member.readOrd })
    this.#untoldMarks.add(`read ${user}`, readEvent(this.#room, user, { seq: place, ord }))
    return ok({ seq: place, ord })
  }

  /** Moves forward what a device of a member of a direct room holds, and tells both. Answers how far that is then. */
  async markReceived(user: UserId, seq: number): Promise<Outcome<number>> {
    if (!this.#membership.of(user)) return this.#forbidden()
    if (this.#membership.room?.kind !== 'direct')
      return refuse('forbidden', 'only a direct room tells who received what')
    const place = Math.min(seq, this.#timeline.head.seq)
    const writes = this.#membership.receive(user, place)
    await this.commit(writes)
    if (writes.length === 0) return ok(this.#membership.receivedOf(user))
    this.#untoldMarks.add(`received ${user}`, receivedEvent(this.#room, user, place))
    return ok(place)
  }

  /** Tells who is connected that a member writes. Whoever does not hear it now is not told: soon it is not true any more. */
  async typing(user: UserId): Promise<Outcome<null>> {
    if (!this.#membership.of(user)) return this.#forbidden()
    if (!this.#typists.takeUp(user, this.host.clock.now())) return ok(null)
    const event = encodeDown({ type: 'typing', room: this.#room, user })
    const delivery = eventsAt(this.#room, this.#timeline.last.seq, [event])
    await this.durable()
    for (const subscriber of this.followers.all()) this.inBackground(this.#deliver(subscriber, delivery))
    return ok(null)
  }

  /** Whether a member has taken part: opened the room, or written in it. */
  async takesPart(user: UserId): Promise<Outcome<boolean>> {
    if (!this.#membership.of(user)) return this.#forbidden()
    const takesPart = this.#membership.takesPart(user)
    return this.durable().then(() => ok(takesPart))
  }

  /** Begins to follow for a member: the head now, with up to `limit` newest records after `after`; all later ones are delivered. */
  async follow(user: UserId, after: number, limit: number, subscriber: Subscriber): Promise<Outcome<Catching>> {
    if (!this.#membership.of(user)) return this.#forbidden()
    // What is decided now is told when it is durable: members, marks and records of one and the same moment.
    const durable = this.commit(this.followers.add(subscriber))
    const head = describeHead(this.#room, this.#membership, user, this.#timeline.last)
    await durable
    if (!head) return NOT_A_MEMBER
    const floor = Math.max(after + 1, head.floor)
    const records = await this.#timeline.newest({ upTo: head.seq, limit, floor, maxBytes: HEAD_BYTES })
    return ok({ seq: head.seq, fields: JSON.stringify(head), records })
  }

  /** What a following gateway missed after `after`, a page at most. */
  async replay(subscriber: Subscriber, after: number): Promise<Outcome<RoomDelivery>> {
    if (!this.followers.includes(subscriber)) return refuse('forbidden', 'this gateway does not follow')
    return ok(deliveryOf(this.#room, await this.#timeline.following(after)))
  }

  /** For a gateway that was out of memory: who of these it still follows for at the head, and from where each may read. */
  async stillMembers(subscriber: Subscriber, users: UserId[]): Promise<Outcome<StillMembers>> {
    if (!this.followers.includes(subscriber)) return refuse('forbidden', 'this gateway does not follow')
    const { seq } = this.#timeline.last
    const floors = users.flatMap((user): [UserId, number][] => {
      const member = this.#membership.of(user)
      return member ? [[user, member.floor]] : []
    })
    await this.durable()
    return ok({ seq, floors })
  }

  async history(
    user: UserId,
    direction: 'older' | 'newer',
    anchor: number,
    limit: number,
  ): Promise<Outcome<{ floor: number; head: number; records: Uint8Array[] }>> {
    const member = this.#membership.of(user)
    if (!member) return this.#forbidden()
    const head = this.#timeline.head.seq
    const records = await this.#timeline.page(direction, anchor, limit, member.floor)
    await this.durable()
    return this.#membership.of(user) ? ok({ floor: member.floor, head, records }) : this.#forbidden()
  }

  async members(user: UserId): Promise<Outcome<Member[]>> {
    if (!this.#membership.of(user)) return this.#forbidden()
    const members = this.#membership.all().map(([id, { role, read }]): Member => ({ user: id, role, read }))
    await this.durable()
    return ok(members)
  }

  /** Where a member can have a file that a message names, to be shown or to be saved. */
  async fileUrl(user: UserId, file: FileId, isSaved = false): Promise<Outcome<FileUrl>> {
    const url = await this.#files.url(file, this.#membership.of(user)?.floor ?? Number.POSITIVE_INFINITY, isSaved)
    return this.#membership.of(user) ? this.durable().then(() => url) : this.#forbidden()
  }

  /** The newest messages that name files, of all or of those before a place. */
  async sharedFiles(user: UserId, before?: number): Promise<Outcome<FilesPage>> {
    const member = this.#membership.of(user)
    if (!member) return this.#forbidden()
    await this.#shared.fill((writes) => this.commit(writes))
    const { seq } = this.#timeline.head
    const page = await this.#shared.page(before === undefined ? seq : Math.min(before - 1, seq), member.floor)
    await this.durable()
    return this.#membership.of(user) ? ok(page) : this.#forbidden()
  }

  /** Whether a message names a file. */
  async namesFile(file: FileId): Promise<Outcome<boolean>> {
    return ok(await this.#files.names(file))
  }

  protected override carryOut(effect: Effect): Promise<Outcome<unknown>> {
    return carryOut(effect, this.#room, this.host.peers)
  }

  protected override async notice(subscriber: Subscriber): Promise<Outcome<Presence>> {
    // Marks and head of one moment, told when they are durable: a mark may lie beyond the departure of who hears it.
    const notice = noticeOf(this.#room, this.#timeline.last.seq, this.#membership)
    await this.durable()
    return this.#deliver(subscriber, notice)
  }

  async #open(kind: 'direct' | 'group', creator: UserId, users: UserId[], title?: string): Promise<Outcome<null>> {
    const { room } = this.#membership
    if (room) {
      const same = kind === 'direct' || room.creator === creator
      return this.durable().then(() => (same ? ok(null) : refuse('forbidden', 'this room id is taken')))
    }
    const members = [...new Set(users)]
    if (members.length > this.host.limits.roomMembers) return refuse('limit-reached', 'too many members')
    const named = title === undefined ? {} : { title }
    const opened = { kind, ...named, creator, createdAt: this.host.clock.now() }
    return this.#record(opening(this.#membership, opened, members))
  }

  async #record({ records, rows, effects }: MembershipChange): Promise<Outcome<null>> {
    await this.#append(records, rows, effects)
    return ok(null)
  }

  /** What a decision about these needs of the store; finds out whose the files are that they name. */
  #readFor(submissions: readonly Submission[], owners: Map<FileId, UserId>): Promise<void> {
    const fetched = this.#producers.fetch(submissions.map(({ producer }) => producer))
    const named = namedIn(submissions)
    return named.length === 0 ? fetched : fetched.then(() => this.#files.findOwners(named, owners))
  }

  /** Commits records with what goes with them; once durable they are the head, and everybody hears of them. */
  async #append(records: readonly NewRecord[], rows: readonly Write[], effects: readonly Effect[] = []): Promise<void> {
    if (records.length === 0) return this.change(rows, effects)
    const { stretch, places, writes } = this.#timeline.append(records)
    await this.change([...writes, ...rows, ...this.#membership.markAuthors(records, places)], effects)
    this.#timeline.settled(places)
    const delivery = deliveryOf(this.#room, stretch, records)
    void this.publish((subscriber) => this.#deliver(subscriber, delivery))
  }

  #deliver(subscriber: Subscriber, delivery: RoomDelivery): Promise<Outcome<Presence>> {
    return this.host.peers.gateway(subscriber.gateway).deliver(subscriber.generation, delivery)
  }

  /** A refusal that rests on a removal waits for it to be durable. */
  async #forbidden(): Promise<typeof NOT_A_MEMBER> {
    await this.durable()
    return NOT_A_MEMBER
  }
}
