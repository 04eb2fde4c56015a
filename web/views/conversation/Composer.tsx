import { SendHorizontal } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import {
  type ClipboardEvent,
  type FormEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { type FileInput, RefusedError } from '#client/index.ts'
import { prepare } from '../../files/prepare.ts'
import { refusalWords } from '../../i18n/refusal-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { cleanText, type Fit, fitOf } from '../../stores/message-text.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { shortened } from '../../ui/shortened.ts'
import { AttachButton } from '../files/AttachButton.tsx'
import { ChosenList } from '../files/ChosenList.tsx'
import { useStores } from '../stores-context.ts'
import { typesOnScreen } from '../touch.ts'
import styles from './Composer.module.css'

/** Characters of a name that fit into an empty field on a phone. */
const SHOWN_OF_NAME = 20

/**
 * With a keyboard Enter sends and Shift+Enter breaks the line; on the screen Enter breaks the line and the button
 * sends. What is typed stays as a draft of this device.
 */
export const Composer = observer(function Composer({ conversation }: { conversation: ConversationStore }) {
  const { drafts, rooms, locale } = useStores()
  const { t, dates } = locale
  const field = useRef<HTMLTextAreaElement>(null)
  const [failure, setFailure] = useState<string>()
  const { room, turns, chosen } = conversation
  const draft = drafts.of(conversation.id)
  const text = cleanText(draft)
  const fit = fitOf(text)
  const isEmpty = text.trim() === '' && chosen.isEmpty
  const problem = failure ?? (drafts.isKept(conversation.id) ? undefined : t.room.draftNotKept)
  const name = room && rooms.nameOf(room)
  const words = (to = name) => (to === undefined ? t.room.write : t.room.writeTo(to))
  useAutosize(field, draft)
  useFocus(field, turns)

  function type(typed: string) {
    setFailure(undefined)
    if (typed !== '') conversation.type()
    void drafts.set(conversation.id, typed)
  }

  async function send() {
    if (!room || isEmpty || !fit.fits) return
    field.current?.focus()
    const files = chosen.take()
    const keep = async () => {
      if (files.length === 0) return conversation.send(text)
      await conversation.sendFiles(text.trim() === '' ? '' : text, Promise.all(files.map(asSent)))
    }
    try {
      await drafts.handOver(room, text, keep)
    } catch (error) {
      chosen.putBack(files)
      setFailure(error instanceof RefusedError ? refusalWords(error.refusal, t, dates) : t.room.notKept)
    }
  }

  function onKey(event: KeyboardEvent) {
    // While an input method composes, Enter is its own.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || typesOnScreen()) return
    event.preventDefault()
    void send()
  }

  function paste(event: ClipboardEvent) {
    const files = [...event.clipboardData.files]
    if (files.length === 0) return
    event.preventDefault()
    chosen.add(files)
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    void send()
  }

  return (
    <form className={styles.composer} onSubmit={submit}>
      {problem && (
        <div className={styles.failure}>
          <Notice look="danger">{problem}</Notice>
        </div>
      )}
      <ChosenList conversation={conversation} />
      <div className={styles.line}>
        {chosen.mostBytes > 0 && <AttachButton onChoose={(files) => chosen.add(files)} />}
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={draft}
          aria-label={words()}
          aria-invalid={!fit.fits}
          placeholder={words(name && shortened(name, SHOWN_OF_NAME))}
          enterKeyHint={typesOnScreen() ? 'enter' : 'send'}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKey}
          onPaste={(event) => paste(event)}
        />
        <IconButton
          type="submit"
          look="filled"
          label={t.room.send}
          icon={<SendHorizontal />}
          disabled={isEmpty || !fit.fits}
        />
      </div>
      <FitLine fit={fit} />
    </form>
  )
})

async function asSent(file: File): Promise<FileInput> {
  return (await prepare(file)).input
}

/** How much more can be written, when that is little, or that it is too much. */
const FitLine = observer(function FitLine({ fit }: { fit: Fit }) {
  const { t, dates } = useStores().locale
  return (
    <p className={fit.fits ? styles.left : styles.over} role="status">
      {fit.fits
        ? fit.charactersLeft !== undefined && t.room.charactersLeft(dates.number(fit.charactersLeft))
        : t.room.tooLong(dates.number(fit.charactersOver))}
    </p>
  )
})

/** When the conversation is opened, and whenever somebody turns to it again. */
function useFocus(field: RefObject<HTMLTextAreaElement | null>, turns: number) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each turn asks for it anew
  useEffect(() => {
    if (!typesOnScreen()) field.current?.focus()
  }, [field, turns])
}

/** As high as what is typed; the style sheet says where it ends. */
function useAutosize(field: RefObject<HTMLTextAreaElement | null>, text: string) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const { current } = field
    const line = current?.parentElement
    if (!current || !line) return
    // While it is measured the list above must not get its room: it would scroll.
    line.style.height = `${line.offsetHeight}px`
    current.style.height = 'auto'
    // Its border counts into the height and not into the height of what it holds.
    current.style.height = `${current.scrollHeight + current.offsetHeight - current.clientHeight}px`
    line.style.height = ''
  }, [field, text])
}
