import { observer } from 'mobx-react-lite'
import { type Trouble, troubleWords } from '../../i18n/file-words.ts'
import { useStores } from '../stores-context.ts'
import styles from './Unseen.module.css'

/** In the place of a picture. */
export const Unseen = observer(function Unseen({ trouble }: { trouble: Trouble }) {
  const { t } = useStores().locale
  return <span className={styles.unseen}>{troubleWords(trouble, t)}</span>
})
