import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeId, type UserId } from '#protocol/ids.ts'
import { NewestMarks } from './newest-marks.ts'
import type { MemberRow } from './rows.ts'

const USERS = Array.from({ length: 150 }, (_, i) => makeId('user', new Uint8Array(16).fill(i)))
const user = fc.constantFrom(...USERS)
const step = fc.oneof(
  fc.record({ does: fc.constant('reads'), user, by: fc.nat(5) }),
  fc.record({ does: fc.constant('goes'), user, by: fc.constant(0) }),
)

function row(read: number): MemberRow {
  return { role: 'member', floor: 1, read, readOrd: 0 }
}

test('whatever members do, the newest marks are the highest of all', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const members = new Map<UserId, MemberRow>(USERS.map((one, i) => [one, row(i % 7)]))
      const marks = new NewestMarks(members)
      for (const { does, user: who, by } of steps) {
        expect(marks.first.map(([, { read }]) => read)).toEqual(highest(members))
        expect(marks.first.every(([one, at]) => members.get(one) === at)).toBe(true)
        if (does === 'goes') {
          members.delete(who)
          marks.gone(who)
        } else {
          const moved = row((members.get(who)?.read ?? 0) + by)
          members.set(who, moved)
          marks.moved(who, moved)
        }
      }
    }),
  )
})

function highest(members: ReadonlyMap<UserId, MemberRow>): number[] {
  const reads = [...members.values()].map(({ read }) => read)
  return reads.sort((a, b) => b - a).slice(0, 101)
}
