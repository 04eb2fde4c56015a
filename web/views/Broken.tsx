import { observer } from 'mobx-react-lite'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Mark } from '../ui/Mark.tsx'
import { useStores } from './stores-context.ts'

export const Broken = observer(function Broken() {
  const { t } = useStores().locale
  return (
    <EmptyState icon={<Mark />} title={t.broken.title} lead={t.broken.lead}>
      <Button onClick={() => location.reload()}>{t.broken.reload}</Button>
    </EmptyState>
  )
})
