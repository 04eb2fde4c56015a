import type { KeyboardEvent, ReactNode } from 'react'
import { Button } from './Button.tsx'
import styles from './Confirm.module.css'

type Props = {
  children: ReactNode
  yes: string
  no: string
  busy?: boolean
  onYes: () => void
  onNo: () => void
}

/** Asks once more, in place, before something that cannot be taken back. Escape is a no, and leaves a dialog open. */
export function Confirm({ children, yes, no, busy = false, onYes, onNo }: Props) {
  function onKey(event: KeyboardEvent) {
    if (event.key !== 'Escape') return
    event.preventDefault()
    onNo()
  }

  return (
    <div className={styles.confirm} role="alert" onKeyDown={onKey}>
      <p>{children}</p>
      <div>
        <Button look="danger" size="small" busy={busy} onClick={onYes}>
          {yes}
        </Button>
        <Button look="quiet" size="small" autoFocus onClick={onNo}>
          {no}
        </Button>
      </div>
    </div>
  )
}
