import { observer } from 'mobx-react-lite'
import { useLocation } from 'wouter'
import { routes } from '../../routes.ts'
import { Button } from '../../ui/Button.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { useStores } from '../stores-context.ts'
import { useAsking } from '../use-asking.ts'

/** Logging out removes what this device keeps, so it asks, and says what would be lost. */
export const LogOutPart = observer(function LogOutPart() {
  const { session, rooms, locale } = useStores()
  const { t } = locale
  const { isAsking, wasDeclined, ask, decline } = useAsking()
  const [, navigate] = useLocation()

  async function logOut() {
    if (await session.logOut()) navigate(routes.logIn, { replace: true })
  }

  return (
    <section>
      {isAsking ? (
        <Confirm
          yes={t.settings.logOut}
          no={t.cancel}
          busy={session.leaving.busy}
          onYes={() => void logOut()}
          onNo={decline}
        >
          {t.settings.logOutSure}
          {rooms.unsent > 0 && t.space + t.settings.logOutUnsent(rooms.unsent)}
        </Confirm>
      ) : (
        <Button look="quiet-danger" wide autoFocus={wasDeclined} onClick={ask}>
          {t.settings.logOut}
        </Button>
      )}
    </section>
  )
})
