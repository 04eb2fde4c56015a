import { type Refusal, refuse } from '#protocol/errors.ts'
import type { FileId, ProducerId, UserId } from '#protocol/ids.ts'
import type { Write } from '../ports/storage.ts'
import { type KeptFile, namedIds } from '../user/kept-file.ts'
import { fileWrites, withoutKeys } from './files.ts'
import { type Membership, NOT_A_MEMBER } from './membership.ts'
import type { Producers } from './producers.ts'
import { sharedWrite } from './shared-files.ts'
import type { NewRecord } from './timeline.ts'

/** One entry of a user's outbox: a message, or a number given up. */
export type Submission = {
  readonly user: UserId
  readonly producer: ProducerId
  readonly n: number
  readonly text?: string
  readonly files?: readonly KeptFile[]
}

/** What the room knows when it decides; `owners` of the files that are named here, as far as they are asked about. */
export type Known = {
  readonly membership: Membership
  readonly producers: Producers
  readonly owners: Map<FileId, UserId>
}

/** `seq` is missing where the number had been settled before, or is skipped. */
export type Settlement = { readonly stored: { readonly seq?: number } } | { readonly refused: Refusal }

/** The files that they name: it is to be known whose these are before it is decided. */
export function namedIn(submissions: readonly Submission[]): FileId[] {
  return submissions.flatMap(({ files = [] }) => namedIds(files))
}

const OUT_OF_ORDER = refuse('out-of-order', 'an earlier number of this producer is not settled yet')
const FOREIGN = refuse('forbidden', 'this producer belongs to another user')
const TAKEN = refuse('forbidden', 'a file of another member has this id')

/**
 * Decides a batch of members' submissions, in order: what becomes a record, what is a repeat, what must wait. Settles
 * the numbers of the accepted ones in `producers`, and whose the files are in `owners`; `rows` are to be committed
 * together with the records.
 */
export function decide(
  at: number,
  submissions: readonly Submission[],
  { membership, producers, owners }: Known,
  next: number,
): { records: NewRecord[]; settlements: Settlement[]; rows: Write[] } {
  const records: NewRecord[] = []
  const advanced = new Set<ProducerId>()
  const fileRows: Write[] = []
  const settlements = submissions.map(({ user, producer, n, text, files }): Settlement => {
    if (!membership.of(user)) return NOT_A_MEMBER
    const turn = producers.turn(user, producer, n)
    switch (turn) {
      case 'foreign':
        return FOREIGN
      case 'early':
        return OUT_OF_ORDER
      case 'repeat':
        return { stored: {} }
      case 'next': {
        if (files && !claim(owners, user, namedIds(files))) return TAKEN
        producers.settle(user, producer, n)
        advanced.add(producer)
        if (text === undefined) return { stored: {} }
        const seq = next + records.length
        const named = files && { files: files.map(withoutKeys) }
        records.push({ at, by: user, kind: 'text', producer, n, text, ...named })
        if (files) fileRows.push(...fileWrites(files, seq), sharedWrite(seq))
        return { stored: { seq } }
      }
    }
  })
  return { records, settlements, rows: [...producers.writes(advanced), ...fileRows] }
}

/** False where one of these ids is of another's file. */
function claim(owners: Map<FileId, UserId>, user: UserId, ids: readonly FileId[]): boolean {
  if (ids.some((id) => (owners.get(id) ?? user) !== user)) return false
  for (const id of ids) owners.set(id, user)
  return true
}
