import type { ReactNode } from 'react'
import styles from './EmptyState.module.css'

type Props = { icon?: ReactNode; title: string; lead?: string; children?: ReactNode }

/** Says why there is nothing here, and what one can do about it. */
export function EmptyState({ icon, title, lead, children }: Props) {
  return (
    <div className={styles.empty}>
      {icon}
      <h2>{title}</h2>
      {lead && <p>{lead}</p>}
      {children}
    </div>
  )
}
