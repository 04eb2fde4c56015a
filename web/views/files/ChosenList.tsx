import { observer } from 'mobx-react-lite'
import { useEffect, useState } from 'react'
import { fileNameOf } from '../../files/file-name.ts'
import { prepare } from '../../files/prepare.ts'
import { sizeWords } from '../../i18n/file-words.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { Chip } from '../../ui/Chip.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { useStores } from '../stores-context.ts'
import styles from './ChosenList.module.css'

/** Files that go with the next message. */
export const ChosenList = observer(function ChosenList({ conversation }: { conversation: ConversationStore }) {
  const { t, lang } = useStores().locale
  const { chosen } = conversation
  const { tooLarge, mostBytes } = chosen
  return (
    <>
      {tooLarge && (
        <div className={styles.notice}>
          <Notice look="danger">{t.files.tooLarge(fileNameOf(tooLarge.name), sizeWords(mostBytes, lang))}</Notice>
        </div>
      )}
      {!chosen.isEmpty && <Files conversation={conversation} />}
    </>
  )
})

const Files = observer(function Files({ conversation }: { conversation: ConversationStore }) {
  const { t, lang } = useStores().locale
  const { chosen } = conversation
  return (
    <ul className={styles.chosen} aria-label={t.files.chosen}>
      {chosen.all.map((file, i) => (
        <Chip
          // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be chosen twice
          key={`${i} ${file.name}`}
          removeLabel={t.files.remove(fileNameOf(file.name))}
          onRemove={() => chosen.remove(file)}
        >
          <bdi>{fileNameOf(file.name)}</bdi> · {sizeWords(file.size, lang)}
          <AsItIs file={file} />
        </Chip>
      ))}
    </ul>
  )
})

/** It is made ready as soon as it is chosen: whoever sends it knows before what it may tell. */
const AsItIs = observer(function AsItIs({ file }: { file: File }) {
  const { t } = useStores().locale
  const [isAsItIs, setIsAsItIs] = useState(false)
  useEffect(() => {
    let isShown = true
    prepare(file).then(
      (prepared) => isShown && setIsAsItIs(prepared.isAsItIs),
      // Said where it is sent.
      () => {},
    )
    return () => {
      isShown = false
    }
  }, [file])
  return (
    <span className={styles.asItIs} role="status">
      {isAsItIs && t.files.asItIs}
    </span>
  )
})
