import { CloudOff, RefreshCw, TriangleAlert } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { connectionWords } from '../i18n/connection-words.ts'
import { Button } from '../ui/Button.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import styles from './ConnectionBar.module.css'
import { useStores } from './stores-context.ts'

/** Says in words how the connection does. Always there for assistive technology; seen only when it is not live. */
export const ConnectionBar = observer(function ConnectionBar() {
  const { session, locale } = useStores()
  const { shownConnection: connection, online } = session
  const { t } = locale
  return (
    <div className={styles.bar} data-connection={connection.status}>
      <Sign />
      <span role="status">{connectionWords(connection, online, t)}</span>
      {connection.status === 'waiting' && (
        <Button look="quiet" size="small" onClick={() => session.tryNow()}>
          {t.tryNow}
        </Button>
      )}
      {connection.status === 'refused' && (
        <Button look="quiet" size="small" onClick={() => location.reload()}>
          {t.connection.reload}
        </Button>
      )}
    </div>
  )
})

const Sign = observer(function Sign() {
  const { shownConnection: connection } = useStores().session
  switch (connection.status) {
    case 'connecting':
    case 'catching-up':
      return <Spinner />
    case 'refused':
    case 'stalled':
      return <TriangleAlert aria-hidden />
    case 'live':
      return <RefreshCw aria-hidden />
    case 'waiting':
    case 'stopped':
      return <CloudOff aria-hidden />
  }
})
