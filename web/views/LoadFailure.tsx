import { observer } from 'mobx-react-lite'
import type { MouseEvent, RefObject } from 'react'
import type { Attempt } from '../stores/attempt.ts'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useStores } from './stores-context.ts'

type Props = {
  words: string
  loading: Attempt
  onAgain: () => Promise<void>
  /** Has the focus when this is gone, and the button with it. */
  landing: RefObject<HTMLElement | null>
}

/** That something could not be loaded. Where the server can be reached somebody may try again; else it comes by itself. */
export const LoadFailure = observer(function LoadFailure({ words, loading, onAgain, landing }: Props) {
  const { session, locale } = useStores()

  /** Whoever has gone elsewhere meanwhile stays there. */
  async function tryAgain({ currentTarget }: MouseEvent<HTMLElement>) {
    await onAgain()
    const { activeElement, body } = document
    const isHere = activeElement === currentTarget || activeElement === body
    if (!loading.hasFailed && isHere) landing.current?.focus()
  }

  const again = (
    <Button look="quiet" size="small" busy={loading.busy} onClick={(event) => void tryAgain(event)}>
      {locale.t.tryAgain}
    </Button>
  )
  return (
    <Notice look="danger" action={!session.isCutOff && again}>
      {words}
    </Notice>
  )
})
