import { observer } from 'mobx-react-lite'
import { useState } from 'react'
import { refusalWords } from '../../i18n/refusal-words.ts'
import { INVITATION_USES } from '../../stores/invitation-form.ts'
import { Button } from '../../ui/Button.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Segments } from '../../ui/Segments.tsx'
import { useStores } from '../stores-context.ts'
import styles from './StartDialog.module.css'

export const InvitePart = observer(function InvitePart() {
  const stores = useStores()
  const { t, dates } = stores.locale
  const [form] = useState(() => stores.newInvitation())
  const [isAgain, setIsAgain] = useState(false)
  const { invitation } = form
  const { refusal, busy } = form.creating

  function again() {
    setIsAgain(true)
    form.again()
  }

  if (invitation) {
    return (
      <div className={styles.part}>
        <CopyField
          label={t.start.link}
          value={invitation.link}
          copyLabel={t.start.copy}
          copiedLabel={t.start.copied}
          byHandLabel={t.start.copyByHand}
        />
        <p className={styles.lead}>
          {t.start.validUntil(dates.shortMoment(invitation.expiresAt))}
          {t.space}
          {t.start.shownOnce}
        </p>
        <Button look="quiet" wide onClick={again}>
          {t.start.another}
        </Button>
      </div>
    )
  }
  return (
    <div className={styles.part}>
      <p className={styles.lead}>{t.start.inviteLead}</p>
      {refusal && <Notice look="danger">{refusalWords(refusal, t, dates)}</Notice>}
      <Segments
        label={t.start.uses}
        value={form.uses}
        options={INVITATION_USES.map((uses) => ({ value: uses, label: t.start.usesCount(uses) }))}
        onChange={(uses) => form.setUses(uses)}
      />
      <Button wide busy={busy} autoFocus={isAgain} onClick={() => void form.create()}>
        {t.start.createInvitation}
      </Button>
    </div>
  )
})
