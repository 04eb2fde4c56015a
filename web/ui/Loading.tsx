import type { ReactNode } from 'react'
import styles from './Loading.module.css'
import { Spinner } from './Spinner.tsx'

/** In the place of what is awaited, seen and said once that takes a moment. */
export function Loading({ children }: { children: ReactNode }) {
  return (
    <p className={styles.loading} role="status">
      <Spinner />
      {children}
    </p>
  )
}
