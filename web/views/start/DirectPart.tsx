import { observer } from 'mobx-react-lite'
import { type FormEvent, useState } from 'react'
import type { RoomId } from '#protocol/ids.ts'
import { refusalWords } from '../../i18n/refusal-words.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { useStores } from '../stores-context.ts'

export const DirectPart = observer(function DirectPart({ onOpened }: { onOpened: (room: RoomId) => void }) {
  const stores = useStores()
  const { t, dates } = stores.locale
  const [form] = useState(() => stores.newDirect())
  const { refusal, busy } = form.opening

  function error(): string | undefined {
    if (form.problem === 'yourself') return t.start.yourself
    if (form.problem === 'not-a-handle') return t.entrance.handleWrong
    return refusal && refusalWords(refusal, t, dates, { 'not-found': t.start.nobody(form.handle) })
  }

  async function submit(event: FormEvent) {
    event.preventDefault()
    const room = await form.open()
    if (room) onOpened(room)
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <TextField
        label={t.start.theirHandle}
        hint={t.start.theirHandleHint}
        prefix="@"
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        autoFocus
        value={form.typed}
        error={error()}
        onChange={(event) => form.type(event.target.value)}
      />
      <Button type="submit" wide busy={busy}>
        {t.start.openDirect}
      </Button>
    </form>
  )
})
