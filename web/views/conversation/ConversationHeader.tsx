import { ArrowLeft, FolderOpen, Users } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { useState } from 'react'
import { Link } from 'wouter'
import type { RoomView } from '#client/index.ts'
import { routes } from '../../routes.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { FilesDialog } from '../files/FilesDialog.tsx'
import { useStores } from '../stores-context.ts'
import styles from './ConversationHeader.module.css'
import { MembersDialog } from './MembersDialog.tsx'
import { Whereabouts } from './Whereabouts.tsx'

type Props = { room: RoomView; conversation: ConversationStore }

export const ConversationHeader = observer(function ConversationHeader({ room, conversation }: Props) {
  const { rooms, locale } = useStores()
  const { t } = locale
  const [showsMembers, setShowsMembers] = useState(false)
  const [showsFiles, setShowsFiles] = useState(false)
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
      <IconButton label={t.room.showFiles} icon={<FolderOpen />} onClick={() => setShowsFiles(true)} />
      {isGroup && <IconButton label={t.room.showMembers} icon={<Users />} onClick={() => setShowsMembers(true)} />}
      {showsFiles && <FilesDialog conversation={conversation} onClose={() => setShowsFiles(false)} />}
      {showsMembers && <MembersDialog room={room.id} onClose={() => setShowsMembers(false)} />}
    </header>
  )
})
