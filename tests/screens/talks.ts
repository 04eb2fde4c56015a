import type { RoomId } from '#protocol/ids.ts'
import type { Member } from '../support/member.ts'
import type { People } from './cast.ts'

/** The conversations of the one who looks, by what is to be seen in each. */
export type Talks = {
  readonly direct: RoomId
  /** The other has it on a device, and has not looked. */
  readonly delivered: RoomId
  readonly withOneWhoIsGone: RoomId
  readonly group: RoomId
  readonly longName: RoomId
  readonly alone: RoomId
  /** Longer than what a new device gets at first. */
  readonly long: RoomId
  readonly news: RoomId
  readonly later: RoomId
}

export const GROUP = 'Weekend walk'
export const NEWS = 'Garden'
/** Too long for any line, so that what is cut is seen. */
export const LONG_NAME = 'Everybody who was at the lake, and whoever comes along next year'
export const LONG_TALK_LINES = 60

/** What is said last of the walk, with a link of one's own. */
const WALK_SETTLED = 'Nine it is.\nI will bring bread and cheese. The bus: https://bus.example.org/mill'

/** The newest last, which the list shows first. */
export async function talk(people: People): Promise<Talks> {
  const { viewer, friend, quiet, gone } = people
  const withOneWhoIsGone = await gone.open(undefined, [viewer])
  await gone.say(withOneWhoIsGone, 'Thanks for the bike pump!')
  await gone.snug.stop()
  await viewer.say(withOneWhoIsGone, 'Keep it as long as you like. How to mend it: https://tents.example.org/poles')
  const long = await friend.open('Book club', [viewer])
  await readOut(long, people)
  const later = await friend.open('Choir', [viewer, quiet])
  const { user } = await friend.snug.findUser(gone.handle)
  await friend.snug.invite(later, [user])
  await friend.snug.removeMember(later, user)
  await quiet.snug.leave(later)
  const longName = await friend.open(LONG_NAME, [viewer, quiet])
  await quiet.say(longName, 'A first word.')
  const alone = await viewer.open('Notes to myself', [])
  const delivered = await quiet.open(undefined, [viewer])
  await viewer.say(delivered, 'The seeds are yours')
  const news = await friend.open(NEWS, [viewer, quiet])
  const group = await viewer.open(GROUP, [friend, quiet])
  await planWalk(group, people)
  const direct = await friend.open(undefined, [viewer])
  await friend.say(direct, 'Is my thermos with you?')
  await readBy([friend], direct, await viewer.say(direct, 'It is. I bring it on Saturday.'), viewer)
  return { direct, delivered, withOneWhoIsGone, group, longName, alone, long, news, later }
}

async function readOut(room: RoomId, { viewer, friend }: People): Promise<void> {
  for (let n = 1; n < LONG_TALK_LINES; n++) await friend.snug.send(room, `Chapter six, line ${n}`)
  await viewer.read(room, await friend.say(room, `Chapter six, line ${LONG_TALK_LINES}`), friend)
}

async function planWalk(room: RoomId, { viewer, friend, quiet }: People): Promise<void> {
  await viewer.say(room, 'Shall we take the ridge path on Saturday? Sun from early morning on, and hardly any wind.')
  await friend.say(room, 'Yes! I can bring the stove.')
  await quiet.say(room, 'Here is the map: https://maps.example.org/ridge')
  await quiet.say(room, '好的，星期六早上九点在老磨坊门口见面，然后一起走山脊那条路。')
  await readBy([friend, quiet], room, await viewer.say(room, WALK_SETTLED), viewer)
}

async function readBy(readers: readonly Member[], room: RoomId, head: number, told: Member): Promise<void> {
  for (const reader of readers) await reader.read(room, head, told)
}
