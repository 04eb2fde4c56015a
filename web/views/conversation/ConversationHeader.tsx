import { ArrowLeft, Users } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { useState } from 'react'
import { Link } from 'wouter'
import type { RoomView } from '#client/index.ts'
import { routes } from '../../routes.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { useStores } from '../stores-context.ts'
import styles from './ConversationHeader.module.css'
import { MembersDialog } from './MembersDialog.tsx'
import { Whereabouts } from './Whereabouts.tsx'

export const ConversationHeader = observer(function ConversationHeader({ room }: { room: RoomView }) {
  const { rooms, locale } = useStores()
  const { t } = locale
  const [showsMembers, setShowsMembers] = useState(false)
  const name = rooms.nameOf(room)
  const isGroup = room.kind === 'group'
  return (
    <header className={styles.header}>
      <Link className={styles.back} href={routes.home} aria-label={t.back}>
        <ArrowLeft aria-hidden />
      </Link>
      <Avatar id={room.peer ?? room.id} name={name} group={isGroup} />
      <div className={styles.words}>
        <h2>{name ?? t.somebody}</h2>
        <Whereabouts room={room} />
      </div>
      {isGroup && <IconButton label={t.room.showMembers} icon={<Users />} onClick={() => setShowsMembers(true)} />}
      {showsMembers && <MembersDialog room={room.id} onClose={() => setShowsMembers(false)} />}
    </header>
  )
})
