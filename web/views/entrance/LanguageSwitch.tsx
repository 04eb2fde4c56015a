import { observer } from 'mobx-react-lite'
import { languageNames, languages } from '../../i18n/messages.ts'
import { useStores } from '../stores-context.ts'
import styles from './LanguageSwitch.module.css'

/** For those who cannot read the page as it came. */
export const LanguageSwitch = observer(function LanguageSwitch() {
  const { locale } = useStores()
  return (
    <fieldset className={styles.switch} aria-label={locale.t.settings.language}>
      {languages.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={language === locale.language}
          onClick={() => locale.choose(language)}
        >
          {languageNames[language]}
        </button>
      ))}
    </fieldset>
  )
})
