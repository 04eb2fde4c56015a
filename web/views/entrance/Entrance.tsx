import { observer } from 'mobx-react-lite'
import { type ReactNode, useId } from 'react'
import { Mark } from '../../ui/Mark.tsx'
import { useStores } from '../stores-context.ts'
import styles from './Entrance.module.css'
import { LanguageSwitch } from './LanguageSwitch.tsx'

type Props = { title: string; lead: string; children: ReactNode }

/** The front door: who we are on one side, what to do on the other. */
export const Entrance = observer(function Entrance({ title, lead, children }: Props) {
  const { server, locale } = useStores()
  const { t } = locale
  const titleId = useId()
  return (
    <div className={styles.entrance}>
      <aside className={styles.welcome}>
        <p className={styles.brand}>
          <Mark />
          <bdi>{server.title}</bdi>
        </p>
        <p className={styles.promise}>{t.promise}</p>
        <ul>
          {t.entrance.assurances.map((assurance) => (
            <li key={assurance}>{assurance}</li>
          ))}
        </ul>
      </aside>
      <main className={styles.door} aria-labelledby={titleId}>
        <div className={styles.card}>
          <h1 id={titleId}>{title}</h1>
          <p className={styles.lead}>{lead}</p>
          {children}
        </div>
        <LanguageSwitch />
      </main>
    </div>
  )
})
