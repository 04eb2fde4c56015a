import type { ComponentProps, ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './IconButton.module.css'

type Props = Omit<ComponentProps<'button'>, 'className' | 'style' | 'children' | 'aria-label' | 'title'> & {
  label: string
  icon: ReactNode
  look?: 'bare' | 'filled'
}

export function IconButton({ label, icon, look = 'bare', ...button }: Props) {
  return (
    <button type="button" {...button} className={classes(styles.button, styles[look])} aria-label={label} title={label}>
      {icon}
    </button>
  )
}
