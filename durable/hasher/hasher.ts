import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import { fromBase64Url, toBase64Url } from '#protocol/ids.ts'
import { toUtf8 } from '#protocol/text.ts'
import { Actor } from '../actor.ts'
import type { HasherHost } from '../ports/host.ts'
import { FairQueue } from './fair-queue.ts'

/** N = 2^15: about 32 MiB and 0.1 s for each of the p = 3 lanes. One algorithm on every host, so that a backup verifies anywhere. */
const COST = { N: 2 ** 15, r: 8, p: 3, length: 32 }
const SALT_BYTES = 16
const LINES = { atOnce: 2, mostOfOne: 8, most: 256 }
const BUSY_RETRY_MS = 2_000

/** A hash that no password has: verifying against it takes as long as against a real one. */
export const UNKNOWN_USER_PHC = `$scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** Hashes passwords, a few at a time, and says `busy` when too many wait. Hashes are PHC strings. */
export class Hasher extends Actor<HasherHost> {
  readonly #lines = new FairQueue(LINES)

  /** `network` is whoever asks: each waits in a line of its own. */
  async hash(password: string, network: string): Promise<Outcome<string>> {
    const salt = this.host.random.bytes(SALT_BYTES)
    return this.#inTurn(network, async () => {
      const key = await this.host.scrypt.derive(toUtf8(password), salt, COST)
      return `$scrypt$ln=15,r=8,p=3$${toBase64Url(salt)}$${toBase64Url(key)}`
    })
  }

  async verify(password: string, phc: string, network: string): Promise<Outcome<boolean>> {
    const parsed = parsePhc(phc)
    return this.#inTurn(network, async () => {
      const key = await this.host.scrypt.derive(toUtf8(password), parsed.salt, parsed.cost)
      return sameText(toBase64Url(key), parsed.key)
    })
  }

  protected override async perform(): Promise<void> {}

  async #inTurn<T>(network: string, work: () => Promise<T>): Promise<Outcome<T>> {
    const result = await this.#lines.run(network, work)
    return result ? ok(result.done) : refuse('busy', 'too many passwords are being checked', BUSY_RETRY_MS)
  }
}

export type HasherCalls = Pick<Hasher, 'hash' | 'verify'>

function parsePhc(phc: string) {
  const match = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9_-]+)\$([A-Za-z0-9_-]+)$/.exec(phc)
  if (!match) throw new Error('not a password hash of this server')
  const [, ln, r, p, salt = '', key = ''] = match
  return {
    cost: { N: 2 ** Number(ln), r: Number(r), p: Number(p), length: COST.length },
    salt: fromBase64Url(salt),
    key,
  }
}

/** Compares without stopping at the first difference. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}
