import { observer } from 'mobx-react-lite'
import { connectionWords } from '../../i18n/connection-words.ts'
import { Notice } from '../../ui/Notice.tsx'
import { useStores } from '../stores-context.ts'

/** At the door a connection matters only when there is none. */
export const ConnectionNotice = observer(function ConnectionNotice() {
  const { session, locale } = useStores()
  const { connection, online } = session
  const { t } = locale
  const lost = connection.status === 'waiting' || connection.status === 'refused'
  return (
    <div data-connection={connection.status}>
      {lost && (
        <Notice look={connection.status === 'refused' ? 'danger' : 'plain'}>
          {connection.status === 'refused' ? connectionWords(connection, online, t) : t.refusals.retry}
        </Notice>
      )}
    </div>
  )
})
