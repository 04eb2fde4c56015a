import { SendHorizontal } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { type FormEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { RefusedError } from '#client/index.ts'
import { refusalWords } from '../../i18n/refusal-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { bytesLeft, cleanText } from '../../stores/message-text.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { useStores } from '../stores-context.ts'
import styles from './Composer.module.css'

/** From here on the room that is left is told. */
const TELL_BELOW_BYTES = 1_000

/** Enter sends, Shift+Enter breaks the line. What is typed stays as a draft of this device. */
export const Composer = observer(function Composer({ conversation }: { conversation: ConversationStore }) {
  const { drafts, rooms, locale } = useStores()
  const { t, dates } = locale
  const field = useRef<HTMLTextAreaElement>(null)
  const [failure, setFailure] = useState<string>()
  const draft = drafts.of(conversation.id)
  const text = cleanText(draft)
  const left = bytesLeft(text)
  const name = conversation.room && rooms.nameOf(conversation.room)
  useAutosize(field, draft)

  function type(typed: string) {
    setFailure(undefined)
    void drafts.set(conversation.id, typed)
  }

  async function send() {
    if (text.trim() === '' || left < 0) return
    void drafts.set(conversation.id, '')
    field.current?.focus()
    try {
      await conversation.send(text)
    } catch (error) {
      void drafts.set(conversation.id, text)
      setFailure(error instanceof RefusedError ? refusalWords(error.refusal, t, dates) : t.room.notKept)
    }
  }

  function onKey(event: KeyboardEvent) {
    // While an input method composes, Enter is its own.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    void send()
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    void send()
  }

  return (
    <form className={styles.composer} onSubmit={submit}>
      {failure && <Notice look="danger">{failure}</Notice>}
      <div className={styles.line}>
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={draft}
          aria-label={name === undefined ? t.room.write : t.room.writeTo(name)}
          placeholder={name === undefined ? t.room.write : t.room.writeTo(name)}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKey}
        />
        <IconButton
          type="submit"
          look="filled"
          label={t.room.send}
          icon={<SendHorizontal />}
          disabled={text.trim() === '' || left < 0}
        />
      </div>
      <p className={styles.left} role="status">
        {left < 0
          ? t.room.tooLong(dates.number(-left))
          : left < TELL_BELOW_BYTES && t.room.bytesLeft(dates.number(left))}
      </p>
    </form>
  )
})

/** As high as what is typed; the style sheet says where it ends. */
function useAutosize(field: React.RefObject<HTMLTextAreaElement | null>, text: string) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const { current } = field
    if (!current) return
    current.style.height = 'auto'
    current.style.height = `${current.scrollHeight}px`
  }, [field, text])
}
