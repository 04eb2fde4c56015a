import type { Down } from '#protocol/down.ts'
import type { UserId } from '#protocol/ids.ts'
import type { TextRecord, TimelineRecord } from '#protocol/record.ts'
import { routes } from '#web/routes.ts'
import type { Person } from '../../support/person.ts'
import { type Cast, GONE } from '../cast.ts'
import type { Line } from '../line.ts'
import { arrive, turnTo } from '../moves.ts'

/** What servers may record one day in the place of these texts; none does today. */
const LATER: Readonly<Record<string, (text: TextRecord, other: UserId) => object>> = {
  'I am in!': ({ by }) => ({ kind: 'joined', user: by }),
  'And Theo is out.': (_, other) => ({ kind: 'left', user: other }),
  'Shall we vote?': () => ({ kind: 'poll' }),
}

/** Messages that come otherwise than they should. */
export async function* mishaps(person: Person, cast: Cast, line: Line): AsyncGenerator<string> {
  const { page, t, composer } = person
  const send = page.getByRole('button', { name: t.room.send })
  await arrive(person, cast)
  const { user } = await cast.people.friend.snug.findUser(GONE.toLowerCase())
  line.change((said) => ofLaterServer(said, user))
  await turnTo(person, routes.room(cast.talks.later))
  for (const text of Object.keys(LATER)) await cast.people.friend.say(cast.talks.later, text)
  await page.getByText(t.room.later).last().waitFor()
  yield 'what a newer server has recorded'
  line.refuse('send', 'forbidden')
  await composer.fill('May I sing the second voice?')
  await send.click()
  await page.getByText(t.refusals.forbidden).waitFor()
  yield 'a message that was refused'
  await page.getByRole('button', { name: t.room.discard }).click()
  line.mend()
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('the disk is full', 'QuotaExceededError')
    }
  })
  await composer.fill('May I sing the second voice?')
  await page.getByText(t.room.draftNotKept).waitFor()
  yield 'a draft that cannot be kept'
  await send.click()
  await page.getByText(t.room.notKept).waitFor()
  yield 'a message that could not be kept'
}

function ofLaterServer(said: Down, other: UserId): Down {
  if (said.type !== 'delivery') return said
  return { ...said, records: said.records.map((record) => asRecordedLater(record, other)) }
}

function asRecordedLater(record: TimelineRecord, other: UserId): TimelineRecord {
  const later = record.kind === 'text' ? LATER[record.text]?.(record, other) : undefined
  return { ...record, ...later } as TimelineRecord
}
