import { type ComponentProps, type ReactNode, useId } from 'react'
import { classes } from './classes.ts'
import styles from './TextField.module.css'

type Props = Omit<ComponentProps<'input'>, 'className' | 'style' | 'id'> & {
  label: string
  hint?: ReactNode
  error?: string | undefined
  /** Stands before the text, such as the @ of a handle. */
  prefix?: string
  /** A button at the end of the field. */
  action?: ReactNode
}

export function TextField({ label, hint, error, prefix, action, ...input }: Props) {
  const id = useId()
  const notes = `${id}-notes`
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={classes(styles.box, error !== undefined && styles.wrong)}>
        {prefix && <span aria-hidden>{prefix}</span>}
        <input {...input} id={id} aria-invalid={error !== undefined} aria-describedby={notes} />
        {action}
      </div>
      <div id={notes} className={styles.notes} aria-live="polite">
        {error === undefined ? hint : <span className={styles.error}>{error}</span>}
      </div>
    </div>
  )
}
