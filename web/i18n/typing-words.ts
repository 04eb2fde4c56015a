import type { RoomView } from '#client/index.ts'
import type { UserId } from '#protocol/ids.ts'
import type { Messages } from './messages.ts'

/** That others are writing just now, by name where there are several others; undefined where nobody is. */
export function typingWords(
  { kind, typing }: Pick<RoomView, 'kind' | 'typing'>,
  t: Messages,
  nameOf: (user: UserId) => string,
): string | undefined {
  if (typing.length === 0) return undefined
  return kind === 'direct' ? t.room.typing : t.room.namesTyping(typing.map(nameOf))
}
