import { observer } from 'mobx-react-lite'
import { useEffect, useRef, useState } from 'react'
import { refusalWords } from '../../i18n/refusal-words.ts'
import { Loading } from '../../ui/Loading.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Segments } from '../../ui/Segments.tsx'
import { LoadFailure } from '../LoadFailure.tsx'
import { useStores } from '../stores-context.ts'
import styles from './SettingsScreen.module.css'

/** What others may know of where this person is. */
export const PrivacyPart = observer(function PrivacyPart() {
  const stores = useStores()
  const { session, locale, attention } = stores
  const { t, dates } = locale
  const [store] = useState(() => stores.settings())
  const title = useRef<HTMLHeadingElement>(null)
  const isLooking = session.connection.status === 'live' && attention.attentive
  useEffect(() => {
    if (isLooking) void store.load()
  }, [store, isLooking])
  const { settings, loading, changing } = store
  const hasFailed = loading.hasFailed || (!settings && session.isCutOff)
  return (
    <section>
      <h3 ref={title} tabIndex={-1}>
        {t.settings.privacy}
      </h3>
      <p className={styles.lead}>{t.settings.presenceLead}</p>
      {hasFailed && (
        <LoadFailure words={t.settings.privacyFailed} loading={loading} onAgain={() => store.load()} landing={title} />
      )}
      {changing.refusal && <Notice look="danger">{refusalWords(changing.refusal, t, dates)}</Notice>}
      {settings ? (
        <Segments
          label={t.settings.presence}
          value={settings.showsPresence ? 'shown' : 'hidden'}
          options={[
            { value: 'shown' as const, label: t.settings.presenceShown },
            { value: 'hidden' as const, label: t.settings.presenceHidden },
          ]}
          onChange={(choice) => void store.change({ showsPresence: choice === 'shown' })}
        />
      ) : (
        !hasFailed && <Loading>{t.loading}</Loading>
      )}
    </section>
  )
})
