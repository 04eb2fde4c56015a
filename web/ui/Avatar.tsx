import { User, Users } from 'lucide-react'
import styles from './Avatar.module.css'
import { classes } from './classes.ts'
import { hueOf } from './hue.ts'
import { initials } from './initials.ts'

type Props = {
  /** Decides the colour. */
  id: string
  name: string | undefined
  size?: 'small' | 'medium' | 'large'
  group?: boolean
}

/** Decoration: the name always stands beside it. */
export function Avatar({ id, name, size = 'medium', group = false }: Props) {
  const Nameless = group ? Users : User
  return (
    <span
      className={classes(styles.avatar, styles[size], group && styles.group)}
      style={{ '--hue': hueOf(id) }}
      aria-hidden
    >
      {name === undefined ? <Nameless /> : initials(name)}
    </span>
  )
}
