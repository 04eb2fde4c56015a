import { MessageSquareText } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { apart } from '../../i18n/apart.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import type { SharedFile } from '../../stores/shared-files-store.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { useStores } from '../stores-context.ts'
import { FileCard } from './FileCard.tsx'
import styles from './SharedFileList.module.css'

type Props = {
  files: readonly SharedFile[]
  conversation: ConversationStore
  onShow: (file: SharedFile) => Promise<void>
}

export const SharedFileList = observer(function SharedFileList({ files, conversation, onShow }: Props) {
  const { locale, profiles, session, clock } = useStores()
  const { t, dates } = locale
  const isBusy = conversation.pointer.loading.busy
  if (files.length === 0) return null
  return (
    <ul className={styles.list} aria-label={t.shared.others}>
      {files.map((shared) => {
        const { key, file, by, at } = shared
        const who = by === session.me?.user ? t.you : (profiles.of(by)?.name ?? t.somebody)
        return (
          <li key={key}>
            <FileCard file={file} conversation={conversation} details={`${apart(who)} · ${dates.brief(at, clock.now)}`}>
              <IconButton
                label={t.shared.showOf(file.name)}
                icon={<MessageSquareText />}
                aria-disabled={isBusy || undefined}
                onClick={() => !isBusy && void onShow(shared)}
              />
            </FileCard>
          </li>
        )
      })}
    </ul>
  )
})
