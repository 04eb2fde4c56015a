import * as z from 'zod/mini'
import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import { type AccountRole, accountRoleSchema, timestampSchema } from '#protocol/fields.ts'
import { type UserId, userIdSchema } from '#protocol/ids.ts'
import { Actor } from '../actor.ts'
import { DoomedObjects } from '../doomed-objects.ts'
import { OneByOne } from '../one-by-one.ts'
import type { Host } from '../ports/host.ts'
import { Table } from '../rows.ts'
import { Links } from './links.ts'
import { Tries } from './tries.ts'

const claimTable = new Table('claims', z.object({ user: userIdSchema, at: timestampSchema, confirmed: z.boolean() }))

const invitationSchema = z.object({
  role: accountRoleSchema,
  uses: z.int(),
  expiresAt: timestampSchema,
  redeemedBy: z.array(userIdSchema),
})
type Invitation = z.infer<typeof invitationSchema>
const invitationTable = new Table('invitations', invitationSchema)

/** An unconfirmed claim holds this long; after that its holder is asked to yield it. */
const CLAIM_HOLDS_MS = 10 * 60_000

/**
 * One shard of what must be unique or findable on the whole server: claims on names, invitations (by the hash of
 * their code), the ids of all users and rooms, which no host can list by itself, and which files have which bytes.
 */
export class Directory extends Actor<Host, 'objects'> {
  /** Decisions run one after another: each reads rows that the one before may have changed. */
  readonly #turns = new OneByOne()
  readonly #tries = new Tries()
  readonly #links = new Links(this.host.storage)
  readonly #doomed = new DoomedObjects({
    host: this.host,
    agenda: this.agenda,
    commit: (writes) => this.commit(writes),
  })

  override async load(): Promise<void> {
    await super.load()
    await this.#doomed.load(this.host.storage)
  }

  /** Reserves a name for a user; the same user may ask again. `confirm` makes it final. */
  async claim(key: string, user: UserId): Promise<Outcome<null>> {
    return this.#turns.run(async () => {
      const row = await claimTable.get(this.host.storage, key)
      if (row?.user === user) return ok(null)
      if (row && !(await this.#isAbandoned(key, row))) return refuse('handle-taken', 'somebody else has this name')
      await this.commit([claimTable.put(key, { user, at: this.host.clock.now(), confirmed: false })])
      return ok(null)
    })
  }

  async confirm(key: string, user: UserId): Promise<Outcome<null>> {
    return this.#turns.run(async () => {
      const row = await claimTable.get(this.host.storage, key)
      if (row?.user !== user) return refuse('handle-taken', 'the claim was given to somebody else')
      if (!row.confirmed) await this.commit([claimTable.put(key, { ...row, confirmed: true })])
      return ok(null)
    })
  }

  /** Whose account has a name; null when nobody's has. A claim alone does not count: its account may never be made. */
  async lookup(key: string): Promise<Outcome<UserId | null>> {
    const row = await claimTable.get(this.host.storage, key)
    if (!row) return ok(null)
    if (row.confirmed) return ok(row.user)
    const holds = await this.host.peers.user(row.user).holdsClaim(key)
    return 'refused' in holds ? holds : ok(holds.ok ? row.user : null)
  }

  /** Before a password is checked, whether or not anybody has the name. Answers the number of the try. */
  async beginTry(key: string, network: string): Promise<Outcome<number>> {
    const begun = this.#tries.begin(key, network, this.host.clock.now())
    return 'id' in begun ? ok(begun.id) : refuse('too-frequent', 'too many wrong passwords', begun.waitMs)
  }

  /** No password was checked after all. */
  async cancelTry(key: string, network: string, id: number): Promise<Outcome<null>> {
    this.#tries.cancel(key, network, id)
    return ok(null)
  }

  async trySucceeded(key: string, network: string): Promise<Outcome<null>> {
    this.#tries.succeeded(key, network)
    return ok(null)
  }

  async addInvitation(hash: string, role: AccountRole, uses: number, expiresAt: number): Promise<Outcome<null>> {
    await this.commit([invitationTable.put(hash, { role, uses, expiresAt, redeemedBy: [] })])
    return ok(null)
  }

  /** Whether an invitation would let a user in just now. */
  async checkInvitation(hash: string, user: UserId): Promise<Outcome<null>> {
    return this.#turns.run(async () => {
      const invitation = await this.#invitationFor(hash, user)
      return 'refused' in invitation ? invitation : ok(null)
    })
  }

  /** Takes one use of an invitation for a user, once however often it is asked, and says which role it gives. */
  async redeem(hash: string, user: UserId): Promise<Outcome<AccountRole>> {
    return this.#turns.run(async () => {
      const invitation = await this.#invitationFor(hash, user)
      if ('refused' in invitation) return invitation
      const { role, redeemedBy } = invitation.ok
      if (!redeemedBy.includes(user))
        await this.commit([invitationTable.put(hash, { ...invitation.ok, redeemedBy: [...redeemedBy, user] })])
      return ok(role)
    })
  }

  /** Notes that a user or room exists. */
  async index(table: 'users' | 'rooms', id: string): Promise<Outcome<null>> {
    await this.commit([{ table, key: id, value: new Uint8Array(0) }])
    return ok(null)
  }

  /**
   * A file has these bytes, in the object `key`. Answers the object that all have who sent the same. This may come late,
   * from an instance of the user that is over: where the next one has given the file up since, its object is doomed.
   */
  async link(identity: string, link: string, key: string): Promise<Outcome<string>> {
    return this.#turns.run(async () => {
      if (this.#doomed.has(key)) return refuse('not-found', 'this file was given up')
      const linked = await this.#links.link(identity, link, key)
      await this.commit(linked.writes)
      return ok(linked.key)
    })
  }

  /** A file is no more. The object goes with the last that had it. */
  async unlink(identity: string, link: string, key: string): Promise<Outcome<null>> {
    return this.#turns.run(async () => {
      const { spare, writes } = await this.#links.unlink(identity, link, key)
      await this.commit([...writes, ...spare.flatMap((each) => this.#doomed.add(each))])
      void this.#doomed.deleteSome().catch((error) => this.host.log.warn('objects were not deleted', { error }))
      return ok(null)
    })
  }

  protected override perform(): Promise<void> {
    return this.#doomed.deleteSome()
  }

  async #invitationFor(hash: string, user: UserId): Promise<Outcome<Invitation>> {
    const row = await invitationTable.get(this.host.storage, hash)
    if (row?.redeemedBy.includes(user)) return ok(row)
    if (!row || row.expiresAt <= this.host.clock.now()) return refuse('invitation-invalid', 'unknown or expired')
    if (row.redeemedBy.length >= row.uses) return refuse('invitation-invalid', 'already used')
    return ok(row)
  }

  async #isAbandoned(key: string, row: { user: UserId; at: number; confirmed: boolean }): Promise<boolean> {
    if (row.confirmed || this.host.clock.now() < row.at + CLAIM_HOLDS_MS) return false
    const answer = await this.host.peers.user(row.user).yieldClaim(key)
    return 'ok' in answer && answer.ok
  }
}

export type DirectoryCalls = Pick<
  Directory,
  | 'claim'
  | 'confirm'
  | 'lookup'
  | 'beginTry'
  | 'cancelTry'
  | 'trySucceeded'
  | 'addInvitation'
  | 'checkInvitation'
  | 'redeem'
  | 'index'
  | 'link'
  | 'unlink'
>
