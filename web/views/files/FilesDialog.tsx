import { FolderOpen } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { useEffect, useRef, useState } from 'react'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import type { SharedFile, SharedFilesStore } from '../../stores/shared-files-store.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Segments } from '../../ui/Segments.tsx'
import { LoadFailure } from '../LoadFailure.tsx'
import { useStores } from '../stores-context.ts'
import styles from './FilesDialog.module.css'
import { PictureGrid } from './PictureGrid.tsx'
import { SharedFileList } from './SharedFileList.tsx'
import { useIsInSight } from './use-is-in-sight.ts'

type Props = { conversation: ConversationStore; onClose: () => void }
type Kind = 'pictures' | 'others'

/** The files of a conversation: pictures, or all others. */
export const FilesDialog = observer(function FilesDialog({ conversation, onClose }: Props) {
  const stores = useStores()
  const { t } = stores.locale
  const [store] = useState(() => stores.sharedFiles(conversation.id))
  const [chosen, setChosen] = useState<Kind>()
  useEffect(() => {
    // Of an earlier visit.
    conversation.pointer.loading.forget()
    return store.watch()
  }, [store, conversation])
  const content = useRef<HTMLDivElement>(null)
  const { pictures, others, isComplete } = store
  const kind = chosen ?? (pictures.length === 0 && others.length > 0 ? 'others' : 'pictures')
  const isEmpty = isComplete && pictures.length === 0 && others.length === 0

  function choose(other: Kind) {
    setChosen(other)
    conversation.pointer.loading.forget()
  }

  async function show({ seq }: SharedFile) {
    const { pointer } = conversation
    if (!(await pointer.fetch(seq))) return
    // First: a dialog gives the focus back where it had it from.
    onClose()
    pointer.pointAt(seq)
  }

  return (
    <Dialog title={t.shared.title} closeLabel={t.close} place="side" onClose={onClose}>
      <div ref={content} className={styles.content} tabIndex={-1}>
        {isEmpty ? (
          <EmptyState icon={<FolderOpen strokeWidth={1} />} title={t.shared.empty} lead={t.shared.emptyLead} />
        ) : (
          <>
            <Segments
              label={t.shared.kind}
              labelShown={false}
              value={kind}
              options={[
                { value: 'pictures', label: t.shared.pictures },
                { value: 'others', label: t.shared.others },
              ]}
              onChange={choose}
            />
            {conversation.pointer.loading.hasFailed && <Notice look="danger">{t.shared.showFailed}</Notice>}
            {kind === 'pictures' ? (
              <PictureGrid files={pictures} conversation={conversation} onShow={show} />
            ) : (
              <SharedFileList files={others} conversation={conversation} onShow={show} />
            )}
            <End store={store} kind={kind} landing={content} />
          </>
        )}
      </div>
    </Dialog>
  )
})

type EndProps = { store: SharedFilesStore; kind: Kind; landing: React.RefObject<HTMLDivElement | null> }

/** Below the last: where it is seen, more are fetched. */
const End = observer(function End({ store, kind, landing }: EndProps) {
  const { session, locale } = useStores()
  const { t } = locale
  const place = useRef<HTMLDivElement>(null)
  const isSeen = useIsInSight(place)
  const { isOpen, isComplete, loading } = store
  const count = store[kind].length
  const mayLoad =
    isSeen && isOpen && !isComplete && !loading.busy && !loading.hasFailed && session.connection.status === 'live'
  useEffect(() => {
    if (mayLoad) void store.loadMore()
  }, [mayLoad, store])

  return (
    <div ref={place} className={styles.end}>
      {isComplete ? (
        count === 0 && <p>{t.shared.none}</p>
      ) : session.isCutOff ? (
        <Notice>{t.shared.offline}</Notice>
      ) : loading.hasFailed ? (
        <LoadFailure words={t.shared.failed} loading={loading} onAgain={() => store.loadMore()} landing={landing} />
      ) : (
        <Loading>{t.loading}</Loading>
      )}
    </div>
  )
})
