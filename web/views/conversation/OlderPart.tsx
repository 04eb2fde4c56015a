import { observer } from 'mobx-react-lite'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Spinner } from '../../ui/Spinner.tsx'
import { useStores } from '../stores-context.ts'
import styles from './OlderPart.module.css'

/** Above the first row, while there is more: loading, or what went wrong with it. */
export const OlderPart = observer(function OlderPart({ conversation }: { conversation: ConversationStore }) {
  const { t } = useStores().locale
  if (conversation.room?.complete) return <div className={styles.top} />
  const { hasFailed, busy } = conversation.older
  return (
    <div className={styles.older} role="status">
      {hasFailed ? (
        <>
          <span>{t.room.olderFailed}</span>
          <Button look="quiet" size="small" busy={busy} onClick={() => void conversation.loadOlder()}>
            {t.tryAgain}
          </Button>
        </>
      ) : (
        <>
          <Spinner />
          <span>{t.room.loadingOlder}</span>
        </>
      )}
    </div>
  )
})
