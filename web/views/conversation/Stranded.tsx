import { observer } from 'mobx-react-lite'
import type { StrandedView } from '#client/index.ts'
import { useStores } from '../stores-context.ts'
import styles from './Stranded.module.css'

/** What somebody had written who is no longer in the conversation: it is to be had here, since it stands nowhere else. */
export const Stranded = observer(function Stranded({ outgoing, uploads }: StrandedView) {
  const { t } = useStores().locale
  const texts = [...outgoing, ...uploads].map(({ text, files }) =>
    [text, ...(files ?? []).map(({ name }) => name)].filter(Boolean).join('\n'),
  )
  return (
    <section className={styles.stranded}>
      <h3>{t.rooms.stranded}</h3>
      <ul>
        {texts.map((text, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they stand still, and two may be the same
          <li key={i} dir="auto">
            {text}
          </li>
        ))}
      </ul>
    </section>
  )
})
