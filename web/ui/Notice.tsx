import { CircleAlert, Info } from 'lucide-react'
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './Notice.module.css'

type Props = { look?: 'plain' | 'danger'; action?: ReactNode; children: ReactNode }

/** Said aloud when it appears: what went wrong at once, other things when there is time. */
export function Notice({ look = 'plain', action, children }: Props) {
  return (
    <div className={classes(styles.notice, styles[look])} role={look === 'danger' ? 'alert' : 'status'}>
      {look === 'danger' ? <CircleAlert aria-hidden /> : <Info aria-hidden />}
      <div className={styles.words}>{children}</div>
      {action}
    </div>
  )
}
