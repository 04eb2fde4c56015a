import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  closesNoFeed,
  copiesNothing,
  countsNoLinks,
  forgetsBetweenHistoryAndLive,
  looksAtNothing,
  losesOutboxEntries,
  takesEveryNumber,
} from './broken-rules.ts'
import { type Rule, Violation } from './model/violation.ts'
import { runScenario } from './scenario.ts'
import { keepsLate, removesRoomsLate, type Variant } from './variants.ts'

const SEEDS_TO_CATCH = 300

type Broken = {
  readonly what: string
  readonly variant?: Variant
  readonly replace?: () => void
  /** What it is bound to break; some seeds trip over what follows from that first. */
  readonly breaks: readonly Rule[]
  readonly because: string
}

const BROKEN: readonly Broken[] = [
  {
    what: 'an acknowledgement before the commit is durable',
    variant: { acknowledgesEarly: true },
    breaks: ['I1', 'I3'],
    because: 'what is acknowledged (I1), or shown to others (I3), is not on the disk at that moment',
  },
  {
    what: 'a room without a producer check',
    replace: takesEveryNumber,
    breaks: ['I4', 'I5'],
    because: 'a repeat is stored again (I5), or after what was written later (I4)',
  },
  {
    what: 'a cursor of a room moved before its records are kept',
    variant: { cacheOf: keepsLate('page') },
    breaks: ['I8'],
    because: 'the row of the room says that records are held which are not',
  },
  {
    what: 'a cursor of the inbox moved before its entries are applied to what is kept',
    variant: { cacheOf: removesRoomsLate },
    breaks: ['I8'],
    because: 'the cursor has passed a departure, and the room is still there',
  },
  {
    what: 'a sequence kept after a failed commit',
    variant: { keepsFailedInstances: true },
    breaks: ['I2', 'I9'],
    because: 'the numbers of what was not stored are never used again (I2); members who were not stored are told (I9)',
  },
  {
    what: 'a lost outbox entry',
    replace: losesOutboxEntries,
    breaks: ['I13'],
    because: 'the room has a member whose own list does not name it, or the other way round',
  },
  {
    what: 'a flush of commits in another order than they were made in',
    variant: { reordersCommits: true },
    breaks: ['I2'],
    because: 'a later record reaches the disk before the one in front of it',
  },
  {
    what: 'a flush of events to a socket in another order than they happened in',
    variant: { reordersFrames: true },
    breaks: ['F1', 'I13', 'I3', 'I8'],
    because: 'a delivery comes before the one in front of it, or before the head that it continues',
  },
  {
    what: 'events lost between history and live',
    replace: forgetsBetweenHistoryAndLive,
    breaks: ['I13'],
    because: 'the newest records stay unknown where nothing comes after them that shows the gap',
  },
  {
    what: 'an instance that writes beside the next one',
    variant: { unfenced: true },
    breaks: ['I10'],
    because: 'the later one has read, and knows nothing of what the earlier one writes then',
  },
  {
    what: 'a feed that goes on for those who have left',
    replace: closesNoFeed,
    breaks: ['I9'],
    because: 'what is written after a departure reaches the one who departed',
  },
  {
    what: 'a device that calls a message safe before it has kept it',
    variant: { cacheOf: keepsLate('outgoing') },
    breaks: ['outbox', 'log-out'],
    because: 'the tab dies in between, and the message with it; or it is kept after everything was forgotten',
  },
  {
    what: 'an object that goes with the first of the files that have it',
    replace: countsNoLinks,
    breaks: ['I12'],
    because: 'somebody else has sent the same bytes, and still has them',
  },
  {
    what: 'a file that messages name although nobody has looked at it',
    replace: looksAtNothing,
    breaks: ['O1'],
    because: 'something else has arrived than was declared, or nothing has',
  },
  {
    what: 'a file that lies where its sender can write over it when it has been looked at',
    replace: copiesNothing,
    breaks: ['O1', 'O5'],
    because: 'it is not what was declared any more when somebody fetches it (O1), or in the end (O5)',
  },
]

describe('a broken variant is caught', () => {
  afterEach(() => vi.restoreAllMocks())

  test.each(BROKEN)('$breaks: $what', async ({ variant = {}, replace, breaks, because }) => {
    replace?.()
    expect(await firstCaught(breaks, variant, replace), `expected: ${because}`).toBeLessThanOrEqual(SEEDS_TO_CATCH)
  })
})

/** The first seed that finds one of these rules broken in the variant, and none without it. */
async function firstCaught(breaks: readonly Rule[], variant: Variant, replace?: () => void): Promise<number> {
  for (let seed = 1; seed <= SEEDS_TO_CATCH; seed++) {
    const violation = await violationOf(seed, variant)
    if (!violation || !breaks.includes(violation.rule)) continue
    vi.restoreAllMocks()
    if (!(await violationOf(seed))) return seed
    replace?.()
  }
  return Number.POSITIVE_INFINITY
}

async function violationOf(seed: number, variant: Variant = {}): Promise<Violation | undefined> {
  try {
    await runScenario(seed, variant)
    return undefined
  } catch (error) {
    if (error instanceof Violation) return error
    throw error
  }
}
