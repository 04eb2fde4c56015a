import { observer } from 'mobx-react-lite'
import { type FormEvent, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { RefusalKind } from '#protocol/errors.ts'
import { refusalWords } from '../../i18n/refusal-words.ts'
import { routes } from '../../routes.ts'
import { JoinForm } from '../../stores/join-form.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PasswordField } from '../../ui/PasswordField.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { useFirstWrong } from '../first-wrong.ts'
import { useStores } from '../stores-context.ts'
import { typesOnScreen } from '../touch.ts'
import { ConnectionNotice } from './ConnectionNotice.tsx'
import entrance from './Entrance.module.css'
import { Entrance } from './Entrance.tsx'
import { StrengthHint } from './StrengthHint.tsx'

/** Refusals that belong to one field and are shown there. */
const FIELD_REFUSALS: readonly RefusalKind[] = ['handle-taken', 'weak-password']

export const JoinScreen = observer(function JoinScreen({ invitation }: { invitation: string }) {
  const { session, server, locale } = useStores()
  const { t, dates } = locale
  const [fields] = useState(() => new JoinForm(session, invitation))
  const [, navigate] = useLocation()
  const { form, toFirstWrong } = useFirstWrong()
  const { busy, refusal } = session.entering

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (await fields.submit()) navigate(routes.home, { replace: true })
    else toFirstWrong()
  }

  return (
    <Entrance
      title={server.ownName === undefined ? t.entrance.joinTitle : t.entrance.joinTitleTo(server.ownName)}
      lead={t.entrance.joinLead}
    >
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <ConnectionNotice />
        {refusal && !FIELD_REFUSALS.includes(refusal.kind) && (
          <Notice look="danger">{refusalWords(refusal, t, dates)}</Notice>
        )}
        <TextField
          label={t.entrance.name}
          hint={t.entrance.nameHint}
          name="name"
          autoComplete="name"
          autoFocus={!typesOnScreen()}
          value={fields.name}
          error={fields.nameWrong && t.entrance.nameWrong[fields.nameWrong]}
          onChange={(event) => fields.setName(event.target.value)}
        />
        <TextField
          label={t.entrance.handle}
          hint={t.entrance.handleHint}
          prefix="@"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          value={fields.handle}
          error={
            fields.handleWrong
              ? t.entrance.handleWrong
              : refusal?.kind === 'handle-taken'
                ? t.refusals['handle-taken']
                : undefined
          }
          onChange={(event) => fields.setHandle(event.target.value)}
        />
        <PasswordField
          label={t.entrance.password}
          showLabel={t.entrance.showPassword}
          hint={<StrengthHint password={fields.password} />}
          name="password"
          autoComplete="new-password"
          value={fields.password}
          error={
            fields.passwordWrong === 'long'
              ? t.entrance.passwordLong
              : fields.passwordWrong === 'short'
                ? t.entrance.passwordHint
                : refusal?.kind === 'weak-password'
                  ? t.refusals['weak-password']
                  : undefined
          }
          onChange={(event) => fields.setPassword(event.target.value)}
        />
        <Button type="submit" wide busy={busy}>
          {busy ? t.entrance.joining : t.entrance.join}
        </Button>
      </form>
      <p className={entrance.aside}>
        {t.entrance.haveAccount}
        {t.space}
        <Link href={routes.logIn}>{t.entrance.logIn}</Link>
      </p>
    </Entrance>
  )
})
