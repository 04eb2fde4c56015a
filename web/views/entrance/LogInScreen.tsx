import { observer } from 'mobx-react-lite'
import { type FormEvent, useState } from 'react'
import { refusalWords } from '../../i18n/refusal-words.ts'
import { cleanHandle, isHandle } from '../../stores/handles.ts'
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

export const LogInScreen = observer(function LogInScreen() {
  const { session, server, locale } = useStores()
  const { t, dates } = locale
  const [handle, setHandle] = useState('')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const { form, toFirstWrong } = useFirstWrong()
  const { busy, refusal } = session.entering
  const { account } = session

  const handleWrong = isHandle(cleanHandle(handle)) ? undefined : t.entrance.handleWrong
  const passwordWrong = password === '' ? t.entrance.passwordMissing : undefined

  function edit(set: (typed: string) => void, typed: string) {
    session.entering.forget()
    set(typed)
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (handleWrong || passwordWrong) toFirstWrong()
    else void session.logIn({ handle: cleanHandle(handle), password })
  }

  return (
    <Entrance
      title={t.entrance.logInTitle}
      lead={server.ownName === undefined ? t.entrance.logInLead : t.entrance.logInLeadTo(server.ownName)}
    >
      <form ref={form} onSubmit={submit} noValidate>
        <ConnectionNotice />
        {account.status === 'logged-out' && account.why === 'revoked' && (
          <Notice>
            {t.entrance.revoked}
            {account.unsent > 0 && t.space + t.entrance.revokedUnsent(account.unsent)}
          </Notice>
        )}
        {refusal && <Notice look="danger">{refusalWords(refusal, t, dates)}</Notice>}
        <TextField
          label={t.entrance.handle}
          prefix="@"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          autoFocus={!typesOnScreen()}
          value={handle}
          error={tried ? handleWrong : undefined}
          onChange={(event) => edit(setHandle, event.target.value)}
        />
        <PasswordField
          label={t.entrance.password}
          showLabel={t.entrance.showPassword}
          name="password"
          autoComplete="current-password"
          value={password}
          error={tried ? passwordWrong : undefined}
          onChange={(event) => edit(setPassword, event.target.value)}
        />
        <Button type="submit" wide busy={busy}>
          {busy ? t.entrance.loggingIn : t.entrance.logIn}
        </Button>
      </form>
      <p className={entrance.aside}>{t.entrance.noAccount}</p>
    </Entrance>
  )
})
