import { observer } from 'mobx-react-lite'
import { useLocation } from 'wouter'
import { routes } from '../../routes.ts'
import { Button } from '../../ui/Button.tsx'
import { useStores } from '../stores-context.ts'
import { Entrance } from './Entrance.tsx'

/** Somebody opened an invitation where an account is logged in: it must not be used up by accident. */
export const AlreadyIn = observer(function AlreadyIn() {
  const { session, locale } = useStores()
  const { t } = locale
  const [, navigate] = useLocation()
  return (
    <Entrance title={t.entrance.alreadyTitle} lead={t.entrance.alreadyLead(session.me?.name ?? '')}>
      <Button wide onClick={() => navigate(routes.home, { replace: true })}>
        {t.entrance.goOn}
      </Button>
    </Entrance>
  )
})
