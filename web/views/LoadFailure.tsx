import { observer } from 'mobx-react-lite'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useStores } from './stores-context.ts'

/** That something could not be loaded. Where the server can be reached somebody may try again; else it comes by itself. */
export const LoadFailure = observer(function LoadFailure({ words, onAgain }: { words: string; onAgain: () => void }) {
  const { session, locale } = useStores()
  const again = (
    <Button look="quiet" size="small" onClick={onAgain}>
      {locale.t.tryAgain}
    </Button>
  )
  return (
    <Notice look="danger" action={!session.isCutOff && again}>
      {words}
    </Notice>
  )
})
