import type { Outcome } from '#protocol/errors.ts'
import type { CopiedRow } from '#workers/backup/rows.ts'
import type { SnapshotCalls } from './snapshot-desk.ts'

/** Takes a snapshot of all shares of a store at one moment: no commit of one can rest on what another has only later. */
export async function takeSnapshot(shares: readonly SnapshotCalls[]): Promise<void> {
  try {
    await all(shares, (share) => share.holdSnapshot())
  } finally {
    // Also where one of them failed: the others go on.
    await Promise.allSettled(shares.map((share) => share.openSnapshot()))
  }
}

export async function* rowsOf(shares: readonly SnapshotCalls[]): AsyncIterable<readonly CopiedRow[]> {
  for (const share of shares) {
    for (;;) {
      const rows = granted(await share.nextRows())
      if (rows === null) break
      yield rows
    }
  }
}

/** What rows of it name is not deleted as long as this goes on. */
export async function renewSnapshot(shares: readonly SnapshotCalls[]): Promise<void> {
  await Promise.allSettled(shares.map((share) => share.renewSnapshot()))
}

export async function endSnapshot(shares: readonly SnapshotCalls[]): Promise<void> {
  await Promise.allSettled(shares.map((share) => share.endSnapshot()))
}

async function all(shares: readonly SnapshotCalls[], ask: (share: SnapshotCalls) => Promise<Outcome<null>>) {
  for (const outcome of await Promise.all(shares.map(ask))) granted(outcome)
}

function granted<T>(outcome: Outcome<T>): T {
  if ('refused' in outcome) throw new Error(`a part of the store cannot be copied: ${outcome.refused.reason}`)
  return outcome.ok
}
