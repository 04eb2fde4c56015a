import { observer } from 'mobx-react-lite'
import { connectionWords } from '../../i18n/connection-words.ts'
import { Notice } from '../../ui/Notice.tsx'
import { useStores } from '../stores-context.ts'
import styles from './Entrance.module.css'

/** At the door a connection matters only when there is none, or when others can listen in. */
export const ConnectionNotice = observer(function ConnectionNotice() {
  const { session, server, locale } = useStores()
  const { connection, online } = session
  const { t } = locale
  // What was tried meanwhile may have been answered in the same words.
  const isSaid = session.entering.refusal?.kind === 'retry'
  const isLost = connection.status === 'refused' || (connection.status === 'waiting' && !isSaid)
  return (
    <div className={styles.notices} data-connection={connection.status}>
      {server.isUnprotected && (
        <Notice>
          <strong>{t.connection.unprotected}</strong>
          {t.space}
          {t.connection.unprotectedAdvice}
        </Notice>
      )}
      {server.isClosed && <Notice look="danger">{t.connection.insecure}</Notice>}
      {isLost && (
        <Notice look={connection.status === 'refused' ? 'danger' : 'plain'}>
          {connection.status === 'refused' ? connectionWords(connection, online, t) : t.refusals.retry}
        </Notice>
      )}
    </div>
  )
})
