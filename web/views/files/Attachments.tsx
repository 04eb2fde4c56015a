import { Download, File as FileIcon } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { useEffect, useState } from 'react'
import type { Attachment } from '#protocol/file.ts'
import { type Availability, availabilityOf } from '../../files/availability.ts'
import { sizeWords } from '../../i18n/file-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { useStores } from '../stores-context.ts'
import styles from './Attachments.module.css'
import { save } from './save.ts'

const WIDEST_PX = 320

/** `isThere`: the message is in the timeline; before that nobody is given its files. */
type Props = { file: Attachment; conversation: ConversationStore; isThere: boolean }

/** The files of a message. */
export const Attachments = observer(function Attachments({
  files,
  ...props
}: Omit<Props, 'file'> & { files: readonly Attachment[] }) {
  return (
    <ul className={styles.files}>
      {files.map((file) => (
        <li key={file.file}>
          {isPicture(file) ? (
            <Picture file={file} {...props} />
          ) : isPlayed(file) ? (
            <Played file={file} {...props} />
          ) : (
            <FileCard file={file} {...props} />
          )}
        </li>
      ))}
    </ul>
  )
})

/** Its place is there before it is loaded: nothing moves. */
const Picture = observer(function Picture(props: Props) {
  const { file } = props
  const { locale } = useStores()
  const [isOpen, setIsOpen] = useState(false)
  const url = useUrl(props, file.preview ?? file.file)
  const { width = 4, height = 3 } = file.size ?? {}
  return (
    <>
      <button
        type="button"
        className={styles.picture}
        style={{ aspectRatio: `${width} / ${height}`, width: `${Math.min(width, WIDEST_PX)}px` }}
        aria-label={locale.t.files.open(file.name)}
        onClick={() => setIsOpen(true)}
      >
        {url && <img src={url} alt={file.name} width={width} height={height} />}
      </button>
      {isOpen && (
        <Dialog title={file.name} closeLabel={locale.t.close} onClose={() => setIsOpen(false)}>
          <Whole {...props} />
        </Dialog>
      )}
    </>
  )
})

const Whole = observer(function Whole(props: Props) {
  const { file } = props
  const url = useUrl(props, file.file)
  const { width = 4, height = 3 } = file.size ?? {}
  return (
    <div className={styles.whole}>
      {url && <img src={url} alt={file.name} width={width} height={height} />}
      <FileCard {...props} />
    </div>
  )
})

const Played = observer(function Played(props: Props) {
  const { file } = props
  const url = useUrl(props, file.file)
  return (
    <div className={styles.played}>
      {file.type.startsWith('audio/') ? (
        // biome-ignore lint/a11y/useMediaCaption: what people send each other has none
        <audio controls preload="none" src={url} aria-label={file.name} />
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: what people send each other has none
        <video controls preload="none" src={url} aria-label={file.name} />
      )}
      <FileCard {...props} />
    </div>
  )
})

/** What it is called and how large it is, with a way to have it. */
const FileCard = observer(function FileCard({ file, conversation }: Props) {
  const { locale } = useStores()
  const { t, lang } = locale
  const [found, setFound] = useState<Availability>('there')

  async function download() {
    const url = await conversation.urls.toSave(file.file)
    const availability = url === undefined ? 'not now' : await availabilityOf(url)
    setFound(availability)
    if (url !== undefined && availability === 'there') save(url, file.name)
  }

  return (
    <div className={styles.card}>
      <FileIcon aria-hidden />
      <span className={styles.name}>
        <bdi>{file.name}</bdi>
        <small role={found === 'there' ? undefined : 'alert'}>
          {found === 'there' ? sizeWords(file.bytes, lang) : found === 'gone' ? t.files.gone : t.files.missing}
        </small>
      </span>
      <IconButton label={t.files.download(file.name)} icon={<Download />} onClick={() => void download()} />
    </div>
  )
})

/** Asked for when it is looked at, and again when there is a connection. */
function useUrl({ conversation, isThere }: Props, file: Attachment['file']): string | undefined {
  const { session } = useStores()
  const isLive = session.connection.status === 'live'
  useEffect(() => {
    if (isThere && isLive) void conversation.urls.fetch(file, Date.now())
  }, [conversation, file, isThere, isLive])
  return conversation.urls.of(file)
}

function isPicture({ type, size }: Attachment): boolean {
  return size !== undefined && type.startsWith('image/')
}

function isPlayed({ type }: Attachment): boolean {
  return type.startsWith('audio/') || type.startsWith('video/')
}
