import { X } from 'lucide-react'
import { type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { classes } from './classes.ts'
import styles from './Dialog.module.css'
import { IconButton } from './IconButton.tsx'

type Props = {
  title: string
  closeLabel: string
  /** In the middle, a sheet along the side, which both come from below on a phone; or all there is, without a margin. */
  place?: 'middle' | 'side' | 'whole'
  onClose: () => void
  children: ReactNode
}

/** The browser's own modal dialog: it keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({ title, closeLabel, place = 'middle', onClose, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])

  // The event comes late: by then a dialog that was only remounted is open again.
  function closeWhenClosed() {
    if (ref.current && !ref.current.open) onClose()
  }

  function closeOnBackdrop(event: MouseEvent) {
    if (event.target === ref.current) onClose()
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, which the browser does by itself
    <dialog
      ref={ref}
      className={classes(styles.dialog, styles[place])}
      aria-labelledby={titleId}
      onClose={closeWhenClosed}
      onClick={closeOnBackdrop}
    >
      <div className={styles.sheet}>
        <header>
          <h2 id={titleId}>{title}</h2>
          <IconButton label={closeLabel} icon={<X />} onClick={onClose} />
        </header>
        <div className={styles.content}>{children}</div>
      </div>
    </dialog>
  )
}
