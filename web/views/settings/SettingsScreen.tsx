import { ArrowLeft } from 'lucide-react'
import { observer } from 'mobx-react-lite'
import { useEffect, useRef } from 'react'
import { Link } from 'wouter'
import { connectionWords } from '../../i18n/connection-words.ts'
import { languageNames, languages } from '../../i18n/messages.ts'
import { routes } from '../../routes.ts'
import { themes } from '../../stores/theme-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Segments } from '../../ui/Segments.tsx'
import { useStores } from '../stores-context.ts'
import { DevicesPart } from './DevicesPart.tsx'
import { InvitationsPart } from './InvitationsPart.tsx'
import { LogOutPart } from './LogOutPart.tsx'
import { PrivacyPart } from './PrivacyPart.tsx'
import styles from './SettingsScreen.module.css'

export const SettingsScreen = observer(function SettingsScreen() {
  const { session, locale } = useStores()
  const { t } = locale
  const title = useRef<HTMLHeadingElement>(null)
  // Who comes by keyboard need not pass all conversations.
  useEffect(() => title.current?.focus(), [])
  return (
    <div className={styles.screen}>
      <header className={styles.header}>
        <Link className={styles.back} href={routes.home} aria-label={t.back}>
          <ArrowLeft aria-hidden />
        </Link>
        <h2 ref={title} tabIndex={-1}>
          {t.settings.title}
        </h2>
      </header>
      <div className={styles.content}>
        <ProfilePart />
        <LookPart />
        {session.me?.role === 'owner' && <InvitationsPart />}
        <ConnectionPart />
        <PrivacyPart />
        <DevicesPart />
        <LogOutPart />
        <p className={styles.version}>{t.settings.version(__VERSION__)}</p>
      </div>
    </div>
  )
})

const ProfilePart = observer(function ProfilePart() {
  const { session, locale } = useStores()
  const { me } = session
  const { t } = locale
  if (!me) return null
  return (
    <section className={styles.profile} aria-label={t.settings.profile}>
      <Avatar id={me.user} name={me.name} size="large" />
      <div>
        <p className={styles.name}>{me.name}</p>
        <p>{t.at(me.handle)}</p>
        {me.role === 'owner' && <p>{t.settings.roleOwner}</p>}
      </div>
    </section>
  )
})

/** How the connection does, to which server, and who can listen in. */
const ConnectionPart = observer(function ConnectionPart() {
  const { session, server, locale } = useStores()
  const { t } = locale
  return (
    <section>
      <h3>{t.settings.connection}</h3>
      {server.ownName && <p className={styles.server}>{server.ownName}</p>}
      <p>{connectionWords(session.shownConnection, session.online, t)}</p>
      {server.isUnprotected && (
        <Notice>
          <strong>{t.connection.unprotected}</strong>
          {t.space}
          {t.connection.unprotectedAdvice}
        </Notice>
      )}
    </section>
  )
})

const LookPart = observer(function LookPart() {
  const { locale, theme } = useStores()
  const { t } = locale
  const themeLabels = { auto: t.settings.themeAuto, light: t.settings.light, dark: t.settings.dark }
  return (
    <section>
      <Segments
        label={t.settings.theme}
        value={theme.theme}
        options={themes.map((value) => ({ value, label: themeLabels[value] }))}
        onChange={(choice) => theme.choose(choice)}
      />
      <Segments
        label={t.settings.language}
        value={locale.choice}
        options={[
          { value: 'auto' as const, label: t.settings.languageAuto },
          ...languages.map((value) => ({ value, label: languageNames[value] })),
        ]}
        onChange={(choice) => locale.choose(choice)}
      />
    </section>
  )
})
