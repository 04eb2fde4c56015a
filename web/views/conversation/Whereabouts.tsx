import { observer } from 'mobx-react-lite'
import { useEffect, useState } from 'react'
import type { RoomView } from '#client/index.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import { typingWords } from '../../i18n/typing-words.ts'
import { useStores } from '../stores-context.ts'
import styles from './Whereabouts.module.css'

/** Under the name of a conversation: who writes just now, else whether the other is here, or how many there are. */
export const Whereabouts = observer(function Whereabouts({ room }: { room: RoomView }) {
  const { profiles, locale } = useStores()
  const { t } = locale
  const typing = typingWords(room, t, (user) => profiles.of(user)?.name ?? t.somebody)
  if (typing !== undefined) return <p className={styles.live}>{typing}</p>
  if (room.peer === undefined) return <p>{t.room.members(room.memberCount)}</p>
  return <Presence key={room.id} room={room.id} user={room.peer} />
})

const Presence = observer(function Presence({ room, user }: { room: RoomId; user: UserId }) {
  const stores = useStores()
  const { profiles, locale, clock } = stores
  const { t, dates } = locale
  const [presence] = useState(() => stores.presence(room, user))
  useEffect(() => presence.watch(), [presence])
  const { where } = presence
  if (where?.online) return <p className={styles.live}>{t.room.online}</p>
  if (where?.seenAt !== undefined) return <p>{t.room.seen(dates.ago(where.seenAt, clock.now))}</p>
  const profile = profiles.of(user)
  return <p>{profile && t.at(profile.handle)}</p>
})
