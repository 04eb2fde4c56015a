import styles from './Badge.module.css'

const MOST = 999

type Props = { count: number; label: string }

/** A count that asks to be seen; nothing at zero. */
export function Badge({ count, label }: Props) {
  if (count === 0) return null
  return (
    <span className={styles.badge} role="img" aria-label={label}>
      {count > MOST ? `${MOST}+` : count}
    </span>
  )
}
