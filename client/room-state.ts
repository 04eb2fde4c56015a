import type { RoomId, UserId } from '#protocol/ids.ts'
import type { TimelineRecord } from '#protocol/record.ts'
import type { RoomHead } from '#protocol/room-head.ts'
import type { Outgoing, RoomView, UploadView } from './model.ts'
import type { SavedRoom } from './saved.ts'
import { LoadedTimeline } from './timeline.ts'

type Facts = Pick<
  SavedRoom,
  'kind' | 'title' | 'peer' | 'members' | 'rev' | 'floor' | 'head' | 'ord' | 'read' | 'readOrd' | 'received'
>

/** One room as this client knows it. */
export class RoomState {
  readonly id: RoomId
  readonly timeline = new LoadedTimeline()
  readonly #me: UserId
  #facts: Facts
  #marks: ReadonlyMap<UserId, number>
  #unsaved: readonly TimelineRecord[] = []

  constructor(id: RoomId, me: UserId, facts: Facts, marks: ReadonlyMap<UserId, number>) {
    this.id = id
    this.#me = me
    this.#facts = facts
    this.#marks = marks
  }

  static fromHead(me: UserId, head: RoomHead): RoomState {
    const state = new RoomState(head.room, me, factsOf(head, 0, 0), new Map())
    state.applyHead(head)
    return state
  }

  static fromSaved(id: RoomId, me: UserId, room: SavedRoom, records: readonly TimelineRecord[]): RoomState {
    const state = new RoomState(id, me, room, new Map(room.marks))
    state.timeline.replace(records)
    return state
  }

  get rev(): number {
    return this.#facts.rev
  }

  get floor(): number {
    return this.#facts.floor
  }

  get read(): number {
    return this.#facts.read
  }

  /** Takes the server's word for everything; a mark that it has not heard of yet stays. */
  applyHead(head: RoomHead): void {
    const { read, readOrd, received = 0 } = this.#facts
    const mark =
      read > head.read && read <= head.seq ? { read, readOrd } : { read: head.read, readOrd: head.ord - head.unread }
    // A head may be older than a mark that came by itself; one beyond the head is of a timeline that is no more.
    const newest = (told: number, known: number) => Math.min(Math.max(told, known), head.seq)
    this.#facts = { ...factsOf(head, mark.read, mark.readOrd), received: newest(head.received ?? 0, received) }
    this.#marks = new Map(head.others.map(([user, seq]) => [user, newest(seq, this.#marks.get(user) ?? 0)]))
    this.timeline.cut(head.floor)
    const fresh = this.timeline.append(head.records)
    if (!fresh) this.timeline.replace(head.records)
    this.#unsaved = this.#unsaved.concat(fresh ?? head.records)
  }

  /** Takes new records; false when there is a gap before them. */
  applyRecords(records: readonly TimelineRecord[]): boolean {
    const fresh = this.timeline.append(records)
    if (!fresh) return false
    for (const record of fresh) this.#applyRecord(record)
    this.#unsaved = this.#unsaved.concat(fresh)
    return true
  }

  /** Older records, from the server or from the cache. */
  prepend(records: readonly TimelineRecord[], from: 'server' | 'cache'): void {
    this.timeline.prepend(records)
    if (from === 'server') this.#unsaved = this.#unsaved.concat(records)
  }

  /** A mark moved, here or, then with its ordinal, elsewhere. False when nothing changed. */
  mark(user: UserId, seq: number, ord?: number): boolean {
    return user === this.#me ? this.#markMine(seq, ord ?? this.#ordAt(seq)) : this.#markOther(user, seq)
  }

  /** The newest text of the other in a direct room, if this user has not read it. */
  get unreadOfPeer(): number | undefined {
    if (this.#facts.kind !== 'direct') return undefined
    const last = this.timeline.records.findLast(({ by, kind }) => kind === 'text' && by !== this.#me)
    return last && last.seq > this.read ? last.seq : undefined
  }

  /** A device of the other has got so far. False when that was known. */
  receive(seq: number): boolean {
    if ((this.#facts.received ?? 0) >= seq) return false
    this.#facts = { ...this.#facts, received: seq }
    return true
  }

  /** What is still to be written into pages. */
  get unsaved(): readonly TimelineRecord[] {
    return this.#unsaved
  }

  /** The first `count` of them are written. */
  recordsSaved(count: number): void {
    this.#unsaved = this.#unsaved.slice(count)
  }

  toSaved(): SavedRoom {
    const { first, last } = this.timeline
    return { ...this.#facts, marks: [...this.#marks], first, last }
  }

  toView(outgoing: readonly Outgoing[], uploads: readonly UploadView[], typing: readonly UserId[]): RoomView {
    const { kind, title, peer, members, floor, head, ord, read, readOrd, received = 0 } = this.#facts
    const { records, first } = this.timeline
    return {
      id: this.id,
      kind,
      ...(title !== undefined && { title }),
      ...(peer !== undefined && { peer }),
      memberCount: members,
      floor,
      head,
      read,
      unread: Math.max(0, ord - readOrd),
      marks: this.#marks,
      // What was read was received, whoever says so first.
      received: Math.max(received, (peer && this.#marks.get(peer)) ?? 0),
      typing,
      records,
      complete: first <= floor,
      outgoing,
      uploads,
    }
  }

  #markMine(read: number, readOrd: number): boolean {
    const { read: before, readOrd: ordBefore } = this.#facts
    // The same place again corrects an ordinal that could only be guessed here.
    if (read < before || (read === before && readOrd === ordBefore)) return false
    this.#facts = { ...this.#facts, read, readOrd }
    return true
  }

  #markOther(user: UserId, seq: number): boolean {
    if ((this.#marks.get(user) ?? 0) >= seq) return false
    this.#marks = new Map(this.#marks).set(user, seq)
    return true
  }

  #forgetMark(user: UserId): void {
    const marks = new Map(this.#marks)
    if (marks.delete(user)) this.#marks = marks
  }

  #applyRecord(record: TimelineRecord): void {
    const { seq, ord, by, kind } = record
    const members = this.#facts.members + (kind === 'joined' ? 1 : kind === 'left' ? -1 : 0)
    this.#facts = { ...this.#facts, head: seq, ord, members }
    // Whoever writes has read what stands before (SPEC.md, U3); who is let in begins there (M3).
    if (kind === 'text') this.mark(by, seq, ord)
    if (kind === 'joined') this.mark(record.user, seq, ord)
    if (kind === 'left') this.#forgetMark(record.user)
  }

  /** A guess where the record is not loaded: nothing more was read. The server's `read` sets it right. */
  #ordAt(seq: number): number {
    return this.timeline.at(seq)?.ord ?? (seq >= this.#facts.head ? this.#facts.ord : this.#facts.readOrd)
  }
}

function factsOf(head: RoomHead, read: number, readOrd: number): Facts {
  const { kind, title, peer, members, rev, floor, seq, ord } = head
  return {
    kind,
    ...(title !== undefined && { title }),
    ...(peer !== undefined && { peer }),
    members,
    rev,
    floor,
    head: seq,
    ord,
    read,
    readOrd,
  }
}
