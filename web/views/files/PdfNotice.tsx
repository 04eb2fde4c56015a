import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import styles from './PdfNotice.module.css'

type Props = { words: string; action?: { readonly label: string; run(): void } | undefined }

/** In the place of a document: why it is not shown, and what one can do about it. */
export function PdfNotice({ words, action }: Props) {
  const button = action && (
    <Button look="quiet" size="small" onClick={action.run}>
      {action.label}
    </Button>
  )
  return (
    <div className={styles.notice}>
      <Notice look="danger" action={button}>
        {words}
      </Notice>
    </div>
  )
}
