import { expect, test } from 'vitest'
import type { RoomId } from '#protocol/ids.ts'
import { HeldHistory } from '../support/held-history.ts'
import { Member } from '../support/member.ts'
import { type Person, TOUCH } from '../support/person.ts'
import { ReadLine, standsStill } from '../support/read-line.ts'
import { stageOfEachTest } from '../support/stage.ts'

const OLDER = 1_000
const NEWEST = 110
/** Higher than a page of fifty messages. */
const WHEEL_PX = 6_000
const TIMEOUT_MS = 240_000

const stage = stageOfEachTest({ host: ['--messages-per-second', '100000', '--message-burst', '100000'] })

test.each([
  ['a desktop', {}],
  ['a phone', TOUCH],
] as const)(
  `while ${OLDER} older messages come in above and new ones below, what is read stands still to the pixel in every frame on %s`,
  async (_, options) => {
    const [alice] = await stage().gather('alice')
    const talk = await longTalk(alice)
    const reader = await stage().newcomer('alice', options)
    const history = await HeldHistory.before(reader.page)
    await reader.logIn(stage().origin)
    await reader.open('Long talk')

    let came = 0
    while (came < OLDER) {
      const release = await scrolledUntilAsked(reader, history)
      const line = await ReadLine.of(reader.page)
      const places = await line.watch()
      await talk.goesOn()
      release()
      await expect.poll(() => firstRendered(reader)).toBeLessThan(line.seq - 20)
      await talk.goesOn()
      await standsStill(reader.page)
      expect(await places(), `message ${line.seq}, after ${came} older ones`).toEqual([line.top])
      came += 50
    }
    await reader.page.getByRole('button', { name: /^\d+ new messages$/ }).click()
    await reader.timeline.sees(talk.last)
    await talk.end()
  },
  TIMEOUT_MS,
)

/** Somebody who has said very much in a group, and does not stop. */
async function longTalk(owner: Person) {
  const bob = new Member(stage().host.url, 'Bob')
  await bob.join((await owner.invite()).split('/').at(-1) ?? '')
  const { user } = await bob.snug.findUser(owner.handle)
  const room: RoomId = await bob.snug.createGroup('Long talk', [user])
  for (let n = 1; n <= OLDER + NEWEST; n++) await bob.snug.send(room, textOf(n))
  await bob.sees(room, ({ outgoing }) => outgoing.length === 0)
  let said = 0
  const goesOn = async () => {
    await bob.say(room, textOf(++said))
    await bob.say(room, `Later ${said}`)
  }
  return {
    goesOn,
    end: () => bob.snug.stop(),
    get last() {
      return `Later ${said}`
    },
  }
}

async function scrolledUntilAsked({ page }: Person, history: HeldHistory): Promise<() => void> {
  await page.getByRole('region', { name: 'Messages' }).hover()
  const asked = history.asked()
  let release: (() => void) | undefined
  while (!release) {
    await page.mouse.wheel(0, -WHEEL_PX)
    await standsStill(page)
    release = await Promise.race([asked, undefined])
  }
  return release
}

async function firstRendered({ timeline }: Person): Promise<number> {
  return (await timeline.rows())[0]?.seq ?? 0
}

/** Of one line, of many, wrapped, a link. */
function textOf(n: number): string {
  if (n % 7 === 0) return Array.from({ length: (n % 13) + 2 }, (_, i) => `Line ${i} of ${n}`).join('\n')
  if (n % 5 === 0) return `${n}: ${'many words that wrap, '.repeat((n % 17) + 3)}`
  if (n % 11 === 0) return `${n}: https://example.org/${'a/long/path/'.repeat((n % 9) + 1)}`
  return `Short ${n}`
}
