import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import type { Declaration } from '#protocol/file.ts'
import type { FileId, RoomId, UserId } from '#protocol/ids.ts'
import type { NamedFile } from '#protocol/up/send.ts'
import type { Agenda } from '../agenda.ts'
import type { DoomedObjects } from '../doomed-objects.ts'
import { directoryShard } from '../identity.ts'
import { OneByOne } from '../one-by-one.ts'
import type { Host } from '../ports/host.ts'
import type { SignedPut, Verdict } from '../ports/object-store.ts'
import type { Write } from '../ports/storage.ts'
import { Shared } from '../shared.ts'
import type { Effect } from './effects.ts'
import { dueWrites, type FileRow, fileTable, firstDue, identityOf, putUsage, usageIn } from './file-rows.ts'
import {
  checked,
  doomWhatComesLate,
  type FileState,
  freshKey,
  isSame,
  nextAttempt,
  nextLook,
  stateOf,
  withoutLook,
} from './file-states.ts'
import { type KeptFile, keptFile, keptRows } from './kept-file.ts'
import { hasSpaceFor, isNamedInSome } from './naming-rooms.ts'
import { signPuts, verdictOn } from './transfer.ts'
import { UploadAllowance } from './upload-allowance.ts'

/** So long a file stays that nobody has sent, or that no message names. */
const UNNAMED_LASTS_MS = 24 * 3_600_000
/** A room that does not answer is asked again after this. */
const ASK_AGAIN_MS = 3_600_000
const DUE_AT_ONCE = 20
/** What comes in parts is looked at later again and again, but not with each part. */
const PROLONGED_EVERY_MS = 3_600_000

const NO_SUCH_FILE = refuse('not-found', 'no such file of this user')
const ALL_THERE = refuse('out-of-turn', 'all of this file is there')

export type FileKeeperParts = {
  readonly user: UserId
  readonly host: Host
  readonly doomed: DoomedObjects
  readonly change: (writes: readonly Write[], effects?: readonly Effect[]) => Promise<void>
  /** The actor's own, in which `files` says that there is something to look at. */
  readonly agenda: Pick<Agenda<'files'>, 'plan' | 'planBy' | 'clear'>
}

/** The files of one user, from the declaration to the last message that names them (SPEC.md, O). */
export class FileKeeper {
  readonly #parts: FileKeeperParts
  readonly #allowance: UploadAllowance
  /** Decisions run one after another: each reads rows that the one before may have changed. */
  readonly #turns = new OneByOne()
  /** At what was sent, by its key: copying and reading may take long, and whoever asks again waits for the same. */
  readonly #looks = new Shared<Outcome<null>>()

  constructor(parts: FileKeeperParts) {
    this.#parts = parts
    this.#allowance = new UploadAllowance(parts.host)
  }

  load(): Promise<void> {
    return this.#allowance.load()
  }

  /** Reserves the space for a file before its first byte moves. */
  declare(declaration: Declaration): Promise<Outcome<FileState>> {
    const { file, bytes } = declaration
    return this.#turns.run(async () => {
      const row = await this.#row(file)
      if (row)
        return isSame(row.declaration, declaration) ? ok(stateOf(row)) : refuse('forbidden', 'this file id is taken')
      const { host } = this.#parts
      const usage = await usageIn(host.storage)
      const allowed = this.#allowance.take(bytes, usage)
      if ('refused' in allowed) return allowed
      const key = freshKey(host.random)
      const made: FileRow = { declaration, state: 'declared', key, rooms: [], lookAt: this.#later(UNNAMED_LASTS_MS) }
      await this.#put(file, undefined, made, [putUsage(usage + bytes), ...allowed.ok])
      return ok('declared')
    })
  }

  /** Where the bytes go: the whole, or the parts that are asked for. */
  async sign(file: FileId, parts: readonly number[] | undefined): Promise<Outcome<SignedPut[]>> {
    const row = await this.#begun(file)
    return 'refused' in row ? row : signPuts(this.#parts.host.objects, row.ok, parts)
  }

  /** Looks at what was sent. What is not what was declared is deleted at once. */
  async finish(file: FileId): Promise<Outcome<FileState>> {
    const row = await this.#turns.run(() => this.#row(file))
    if (!row) return NO_SUCH_FILE
    if (row.state === 'declared') {
      const looked = await this.#looks.share(row.key, () => this.#lookAtWhatCame(file))
      if ('refused' in looked) return looked
    }
    return row.state === 'kept' ? ok('kept') : this.#keep(file)
  }

  /** Gives up a file that no message names. */
  drop(file: FileId): Promise<Outcome<null>> {
    return this.#turns.run(async () => {
      const row = await this.#row(file)
      if (row && row.rooms.length > 0) return refuse('forbidden', 'messages may name this file')
      if (row) await this.#remove(file, row)
      return ok(null)
    })
  }

  /** Lets messages of a room name these files, if its owner is a member there. */
  async attach(room: RoomId, named: readonly NamedFile[]): Promise<Outcome<KeptFile[]>> {
    const { host, user } = this.#parts
    // A room answers only its members this. For others nothing may be stored here either (SPEC.md, R1).
    const member = await host.peers.room(room).takesPart(user)
    if ('refused' in member) return member
    return this.#turns.run(async () => {
      const rows = await keptRows(host.storage, named)
      if (!rows) return NO_SUCH_FILE
      if ([...rows.values()].some((row) => !hasSpaceFor(room, row)))
        return refuse('limit-reached', 'messages of too many rooms name this file')
      // One that is about to be looked at is looked at later: by then the room knows the message.
      const fresh = [...rows].filter(([, row]) => !row.rooms.includes(room) || row.lookAt !== undefined)
      const lookAt = this.#later(UNNAMED_LASTS_MS)
      const after = (row: FileRow) => ({ ...row, rooms: [...new Set([...row.rooms, room])], lookAt })
      await this.#parts.change(fresh.flatMap(([id, row]) => this.#writes(id, row, after(row))))
      return ok(named.flatMap((one) => keptFile(one, rows) ?? []))
    })
  }

  /** A room has dropped a message that named a file: it is looked whether others do. */
  released(file: FileId): Promise<Outcome<null>> {
    return this.#turns.run(async () => {
      const row = await this.#row(file)
      if (row) await this.#put(file, row, { ...row, lookAt: this.#parts.host.clock.now() })
      return ok(null)
    })
  }

  /** Looks at the files that are due, and plans to look at the next. */
  async look(): Promise<void> {
    const { host, agenda, change } = this.#parts
    const due = await firstDue(host.storage, DUE_AT_ONCE)
    for (const { file, at } of due) if (at <= host.clock.now()) await this.#lookAt(file)
    await this.#turns.run(async () => {
      const [next] = await firstDue(host.storage, 1)
      await change(next ? [agenda.plan('files', next.at)] : agenda.clear('files'))
    })
  }

  async #lookAt(file: FileId): Promise<void> {
    const asked = await this.#row(file)
    const isNamed = await isNamedInSome(this.#parts.host.peers, asked?.rooms ?? [], file)
    await this.#turns.run(async () => {
      const row = await this.#row(file)
      // Somebody has begun to send it meanwhile.
      if (!row || row.lookAt !== asked?.lookAt) return
      if (isNamed) await this.#put(file, row, withoutLook(row))
      else if (isNamed === undefined) await this.#put(file, row, { ...row, lookAt: this.#later(ASK_AGAIN_MS) })
      else await this.#remove(file, row)
    })
  }

  /** A declared file; a large one has begun to come in parts. */
  async #begun(file: FileId): Promise<Outcome<FileRow>> {
    const row = await this.#row(file)
    if (!row) return NO_SUCH_FILE
    if (row.state !== 'declared') return ALL_THERE
    if (!row.declaration.parts) return this.#elsewhere(file)
    if (row.upload !== undefined) return this.#goesOn(file, row)
    const { objects } = this.#parts.host
    const upload = await objects.beginParts(row.key)
    if ('refused' in upload) return upload
    const begun = await this.#turns.run(async () => {
      const now = await this.#row(file)
      if (!now || now.upload !== undefined) return now
      const after = { ...now, upload: upload.ok }
      await this.#put(file, now, after)
      return after
    })
    if (begun?.upload !== upload.ok) await objects.dropParts(row.key, upload.ok)
    return begun ? ok(begun) : NO_SUCH_FILE
  }

  /** What still comes is not given up in the middle, however long all of it takes. */
  async #goesOn(file: FileId, row: FileRow): Promise<Outcome<FileRow>> {
    const lookAt = this.#later(UNNAMED_LASTS_MS)
    if ((row.lookAt ?? lookAt) > lookAt - PROLONGED_EVERY_MS) return ok(row)
    return this.#turns.run(async () => {
      const now = await this.#row(file)
      if (now?.state === 'declared') await this.#put(file, now, { ...now, lookAt })
      return ok(row)
    })
  }

  /** Each attempt has a place of its own: what comes late of one before it is not taken for what was looked at. */
  #elsewhere(file: FileId): Promise<Outcome<FileRow>> {
    const { host, doomed } = this.#parts
    return this.#turns.run(async () => {
      const row = await this.#row(file)
      if (row?.state !== 'declared') return row ? ALL_THERE : NO_SUCH_FILE
      const allowed = row.isSigned ? this.#allowance.again() : ok([])
      if ('refused' in allowed) return allowed
      const after = { ...nextAttempt(row, host.random), lookAt: this.#later(UNNAMED_LASTS_MS) }
      await this.#put(file, row, after, [...doomed.addAll(row.isSigned && row.key, row.copyKey), ...allowed.ok])
      return ok(after)
    })
  }

  async #lookAtWhatCame(file: FileId): Promise<Outcome<null>> {
    const row = await this.#toLookAt(file)
    if (row?.state !== 'declared') return row ? ok(null) : NO_SUCH_FILE
    const verdict = await verdictOn(this.#parts.host.objects, row)
    return 'refused' in verdict ? verdict : this.#decide(file, row, verdict.ok)
  }

  /**
   * Where who has a URL can write over what was looked at, a copy is looked at. Each look has one of its own: what comes
   * late of a look before changes nothing.
   */
  #toLookAt(file: FileId): Promise<FileRow | undefined> {
    const { host, doomed } = this.#parts
    return this.#turns.run(async () => {
      const row = await this.#row(file)
      if (row?.state !== 'declared' || !host.objects.copy) return row
      const after = nextLook(row, host.random)
      await this.#put(file, row, after, doomed.addAll(row.copyKey))
      return after
    })
  }

  /** The file may have been given up and declared anew since it was looked at. */
  #decide(file: FileId, looked: FileRow, verdict: Verdict): Promise<Outcome<null>> {
    return this.#turns.run(async () => {
      const row = await this.#row(file)
      if (!row) return NO_SUCH_FILE
      if (row.state !== 'declared') return ok(null)
      if (verdict === 'missing') return refuse('not-uploaded', 'not all of this file is there')
      if (row.key !== looked.key || row.copyKey !== looked.copyKey) return NO_SUCH_FILE
      if (verdict === 'equal') {
        await this.#put(file, row, checked(row), doomWhatComesLate(row, this.#parts.doomed))
        return ok(null)
      }
      await this.#remove(file, row)
      return refuse('not-as-declared', 'what was sent is not what was declared')
    })
  }

  /** The same bytes are kept once: where they are already, this copy goes. */
  async #keep(file: FileId): Promise<Outcome<FileState>> {
    const row = await this.#row(file)
    if (!row) return NO_SUCH_FILE
    const identity = identityOf(row.declaration)
    const { host, user, doomed, change } = this.#parts
    const linked = await host.peers.directory(directoryShard(identity)).link(identity, `${user} ${file}`, row.key)
    if ('refused' in linked) return linked
    return this.#turns.run(async () => {
      const now = await this.#row(file)
      if (now?.state === 'kept') return ok('kept')
      if (now?.key !== row.key) return NO_SUCH_FILE
      const kept: FileRow = { ...now, state: 'kept', key: linked.ok, lookAt: this.#later(UNNAMED_LASTS_MS) }
      const spare = linked.ok === now.key ? [] : doomed.add(now.key)
      await change([...this.#writes(file, now, kept), ...spare])
      return ok('kept')
    })
  }

  /** What may be linked is the directory's to delete, which knows who else has it. */
  async #remove(file: FileId, row: FileRow): Promise<void> {
    const { host, user, doomed, change } = this.#parts
    const { bytes } = row.declaration
    const usage = putUsage(Math.max(0, (await usageIn(host.storage)) - bytes))
    const writes = [...this.#writes(file, row, undefined), usage]
    if (row.state === 'declared')
      return change([...writes, ...doomed.add(row.key, row.upload), ...doomed.addAll(row.copyKey)])
    const identity = identityOf(row.declaration)
    await change(writes, [{ do: 'unlink', identity, link: `${user} ${file}`, key: row.key }])
  }

  #put(file: FileId, before: FileRow | undefined, after: FileRow, more: readonly Write[] = []): Promise<void> {
    return this.#parts.change([...this.#writes(file, before, after), ...more])
  }

  #writes(file: FileId, before: FileRow | undefined, after: FileRow | undefined): Write[] {
    const row = after ? fileTable.put(file, after) : fileTable.delete(file)
    const look = after?.lookAt === undefined ? [] : [this.#parts.agenda.planBy('files', after.lookAt)]
    return [row, ...dueWrites(file, before, after), ...look]
  }

  #row(file: FileId): Promise<FileRow | undefined> {
    return fileTable.get(this.#parts.host.storage, file)
  }

  #later(ms: number): number {
    return this.#parts.host.clock.now() + ms
  }
}
