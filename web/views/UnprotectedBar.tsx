import { LockOpen } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { Link } from 'wouter'
import { routes } from '../routes.ts'
import { useStores } from './stores-context.ts'
import styles from './UnprotectedBar.module.css'

/** Stays as long as people talk in the open, however good the connection is. */
export const UnprotectedBar = observer(function UnprotectedBar() {
  const { server, locale } = useStores()
  const { t } = locale
  if (!server.isUnprotected) return null
  return (
    <p className={styles.bar}>
      <LockOpen aria-hidden />
      <span>{t.connection.unprotected}</span>
      <Link href={routes.settings}>{t.connection.whatToDo}</Link>
    </p>
  )
})
