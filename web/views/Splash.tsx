import { observer } from 'mobx-react-lite'
import { Hidden } from '../ui/Hidden.tsx'
import { Mark } from '../ui/Mark.tsx'
import styles from './Splash.module.css'
import { useStores } from './stores-context.ts'

/** While the device's own cache is read; mostly too short to be seen. */
export const Splash = observer(function Splash() {
  const { t } = useStores().locale
  return (
    <main className={styles.splash}>
      <Mark />
      <Hidden role="status">{t.loading}</Hidden>
    </main>
  )
})
