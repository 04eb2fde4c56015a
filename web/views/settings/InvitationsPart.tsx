import { UserPlus } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { useState } from 'react'
import { Button } from '../../ui/Button.tsx'
import { StartDialog } from '../start/StartDialog.tsx'
import { useStores } from '../stores-context.ts'
import styles from './SettingsScreen.module.css'

/** For the owner, who alone can let others in. */
export const InvitationsPart = observer(function InvitationsPart() {
  const { t } = useStores().locale
  const [inviting, setInviting] = useState(false)
  return (
    <section>
      <h3>{t.settings.invite}</h3>
      <p className={styles.lead}>{t.settings.inviteLead}</p>
      <Button look="quiet" wide icon={<UserPlus />} onClick={() => setInviting(true)}>
        {t.settings.inviteOpen}
      </Button>
      {inviting && <StartDialog begin="invite" onClose={() => setInviting(false)} />}
    </section>
  )
})
