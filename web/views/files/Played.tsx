import { observer } from 'mobx-react-lite'
import { type SyntheticEvent, useEffect, useRef } from 'react'
import type { Attachment } from '#protocol/file.ts'
import type { ConversationStore } from '../../stores/conversation-store.ts'
import { Button } from '../../ui/Button.tsx'
import { useStores } from '../stores-context.ts'
import { FileCard } from './FileCard.tsx'
import styles from './Played.module.css'
import { useStored } from './use-stored.ts'

type Props = { file: Attachment; conversation: ConversationStore; isThere: boolean }

/** Where it stood when it could not go on. */
type Place = { readonly at: number; readonly wasPlaying: boolean }

/** What has moved so far from where it stood has got on. */
const GOT_ON_S = 1

export const Played = observer(function Played({ file, conversation, isThere }: Props) {
  const { t } = useStores().locale
  const { url, trouble, failed, worked, again } = useStored(conversation, file.file, isThere)
  const player = useRef<HTMLMediaElement>(null)
  const place = useRef<Place>(undefined)

  // biome-ignore lint/correctness/useExhaustiveDependencies: with each URL, and each time it is shown again
  useEffect(() => {
    if (!player.current || !place.current) return
    const { at, wasPlaying } = place.current
    player.current.currentTime = at
    // Where the browser does not allow that, people press it.
    if (wasPlaying) player.current.play().catch(() => {})
  }, [url, trouble])

  function stop({ currentTarget: { currentTime, paused } }: SyntheticEvent<HTMLMediaElement>) {
    place.current = { at: currentTime, wasPlaying: !paused }
    void failed()
  }

  function move({ currentTarget: { currentTime } }: SyntheticEvent<HTMLMediaElement>) {
    if (place.current && Math.abs(currentTime - place.current.at) > GOT_ON_S) worked()
  }

  const props = {
    ref: (element: HTMLMediaElement | null) => {
      player.current = element
    },
    controls: true,
    preload: 'none',
    src: url,
    'aria-label': file.name,
    onError: stop,
    onTimeUpdate: move,
  } as const
  return (
    <div className={styles.played}>
      {trouble ? (
        <Button look="quiet" size="small" onClick={() => void again()}>
          {t.tryAgain}
        </Button>
      ) : file.type.startsWith('audio/') ? (
        <audio {...props} />
      ) : (
        <video {...props} />
      )}
      <FileCard file={file} conversation={conversation} unseen={trouble} />
    </div>
  )
})
