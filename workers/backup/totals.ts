import { sha256 } from '@noble/hashes/sha2.js'
import * as z from 'zod/mini'
import { toBase64Url } from '#protocol/ids.ts'
import { type CopiedRow, encodeLine } from './rows.ts'

export const totalsSchema = z.object({
  rows: z.int(),
  /** Of all rows, in whatever order they come: the exclusive or of the SHA-256 of their lines, in base64url. */
  digest: z.string(),
  users: z.int(),
  rooms: z.int(),
})
/** What a store holds, by count and by hash: the same of the same rows, whichever store they are in. */
export type Totals = z.infer<typeof totalsSchema>

const DIGEST_BYTES = 32

/** Sums up rows, each of which comes once. */
export class Sum {
  readonly #digest = new Uint8Array(DIGEST_BYTES)
  readonly #actors = { user: new Set<string>(), room: new Set<string>() }
  #rows = 0

  /** Answers the row's line, which it needs anyway. */
  add(row: CopiedRow): Uint8Array {
    const line = encodeLine(row)
    const hash = sha256(line)
    for (let i = 0; i < DIGEST_BYTES; i++) this.#digest[i] = (this.#digest[i] ?? 0) ^ (hash[i] ?? 0)
    this.#rows += 1
    const [actor] = row
    if (actor.startsWith('user:')) this.#actors.user.add(actor)
    if (actor.startsWith('room:')) this.#actors.room.add(actor)
    return line
  }

  get totals(): Totals {
    const { user, room } = this.#actors
    return { rows: this.#rows, digest: toBase64Url(this.#digest), users: user.size, rooms: room.size }
  }
}
