import { observer } from 'mobx-react-lite'
import { Link } from 'wouter'
import { routes } from '../../routes.ts'
import { useStores } from '../stores-context.ts'
import entrance from './Entrance.module.css'
import { Entrance } from './Entrance.tsx'

/** A link that no server can have given out: better said here than by a form that cannot be sent. */
export const CutInvitation = observer(function CutInvitation() {
  const { t } = useStores().locale
  return (
    <Entrance title={t.entrance.cutTitle} lead={t.entrance.cutLead}>
      <p>{t.entrance.cutAdvice}</p>
      <p className={entrance.aside}>
        {t.entrance.haveAccount}
        {t.space}
        <Link href={routes.logIn}>{t.entrance.logIn}</Link>
      </p>
    </Entrance>
  )
})
