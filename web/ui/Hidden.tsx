import type { ComponentProps } from 'react'
import styles from './Hidden.module.css'

/** For those who listen to the page. */
export function Hidden(span: Omit<ComponentProps<'span'>, 'className' | 'style'>) {
  return <span {...span} className={styles.hidden} />
}
