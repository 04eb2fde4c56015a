import type { ComponentProps, ReactNode } from 'react'
import styles from './Button.module.css'
import { classes } from './classes.ts'
import { Spinner } from './Spinner.tsx'

type Props = Omit<ComponentProps<'button'>, 'className' | 'style'> & {
  look?: 'filled' | 'quiet' | 'danger' | 'quiet-danger'
  size?: 'small' | 'medium'
  wide?: boolean
  busy?: boolean
  icon?: ReactNode
}

/** While busy it keeps its place and its focus and does nothing. */
export function Button({ look = 'filled', size = 'medium', wide, busy = false, icon, children, ...button }: Props) {
  return (
    <button
      type="button"
      {...button}
      className={classes(styles.button, styles[look], size === 'small' && styles.small, wide && styles.wide)}
      aria-disabled={busy || undefined}
      onClick={(event) => (busy ? event.preventDefault() : button.onClick?.(event))}
    >
      {busy ? <Spinner /> : icon}
      <span>{children}</span>
    </button>
  )
}
