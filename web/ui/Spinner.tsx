import styles from './Spinner.module.css'

/** Decoration: words beside it say what is awaited. */
export function Spinner() {
  return <span className={styles.spinner} aria-hidden />
}
