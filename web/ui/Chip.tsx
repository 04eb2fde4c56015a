import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './Chip.module.css'

type Props = { removeLabel: string; onRemove: () => void; children: ReactNode }

export function Chip({ removeLabel, onRemove, children }: Props) {
  return (
    <li className={styles.chip}>
      <bdi>{children}</bdi>
      <button type="button" aria-label={removeLabel} onClick={onRemove}>
        <X aria-hidden />
      </button>
    </li>
  )
}
