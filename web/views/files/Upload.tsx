import { observer } from 'mobx-react-lite'
import { useEffect, useState } from 'react'
import { paceWords, sizeWords } from '../../i18n/file-words.ts'
import { refusalWords } from '../../i18n/refusal-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { Pace } from '../../stores/pace.ts'
import type { UploadRow } from '../../stores/timeline-rows.ts'
import { Button } from '../../ui/Button.tsx'
import { useStores } from '../stores-context.ts'
import styles from './Upload.module.css'

const STALLED_AFTER_MS = 3_000

type Props = { row: UploadRow; conversation: ConversationStore }

/** A message whose files are on their way: how far, what stands in the way, and how to give it up. */
export const Upload = observer(function Upload({ row, conversation }: Props) {
  const { t, dates, lang } = useStores().locale
  const { id, text, files, sent, total, hashed, isWaiting, refusal } = row.upload
  const label = hashed === undefined ? t.files.sending : t.files.makingReady
  const bytesPerSecond = usePace(sent)
  const speed = bytesPerSecond === undefined ? [] : [paceWords(bytesPerSecond, lang)]
  const words = refusal
    ? t.room.refusedFor(
        refusal === 'unreadable'
          ? t.files.unreadable
          : refusalWords(refusal, t, dates, { 'limit-reached': t.files.noSpace }),
      )
    : hashed !== undefined
      ? t.files.preparing(sizeWords(hashed, lang), sizeWords(total, lang))
      : isWaiting
        ? t.files.waiting
        : [t.files.progress(sizeWords(sent, lang), sizeWords(total, lang)), ...speed].join(' · ')
  return (
    <article className={styles.upload} data-upload={id} data-refused={refusal !== undefined}>
      <ul>
        {files.map(({ file, name }) => (
          <li key={file}>
            <bdi>{name}</bdi>
          </li>
        ))}
      </ul>
      {text !== '' && <p dir="auto">{text}</p>}
      {!refusal && <progress value={hashed ?? sent} max={Math.max(1, total)} aria-label={label} />}
      <div className={styles.state}>
        <p role={refusal ? 'alert' : undefined}>{words}</p>
        <div>
          {refusal && (
            <Button look="quiet" size="small" onClick={() => conversation.retryUpload(id)}>
              {t.tryAgain}
            </Button>
          )}
          <Button look="quiet" size="small" onClick={() => void conversation.cancelUpload(id)}>
            {t.cancel}
          </Button>
        </div>
      </div>
    </article>
  )
})

/** Bytes a second; undefined while that cannot be told, or nothing gets on. */
function usePace(sent: number): number | undefined {
  const [pace] = useState(() => new Pace())
  const [bytesPerSecond, setBytesPerSecond] = useState<number>()
  useEffect(() => {
    setBytesPerSecond(pace.at(sent, Date.now()))
    const stalled = setTimeout(() => setBytesPerSecond(undefined), STALLED_AFTER_MS)
    return () => clearTimeout(stalled)
  }, [pace, sent])
  return bytesPerSecond
}
