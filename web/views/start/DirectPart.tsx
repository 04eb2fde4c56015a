import { observer } from 'mobx-react-lite'
import { type FormEvent, useState } from 'react'
import type { RoomId } from '#protocol/ids.ts'
import { refusalWords } from '../../i18n/refusal-words.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { useFirstWrong } from '../first-wrong.ts'
import { useStores } from '../stores-context.ts'

export const DirectPart = observer(function DirectPart({ onOpened }: { onOpened: (room: RoomId) => void }) {
  const stores = useStores()
  const { t, dates } = stores.locale
  const [fields] = useState(() => stores.newDirect())
  const { form, toFirstWrong } = useFirstWrong()
  const { refusal, busy } = fields.opening

  function error(): string | undefined {
    if (fields.problem === 'yourself') return t.start.yourself
    if (fields.problem === 'not-a-handle') return t.entrance.handleWrong
    return refusal && refusalWords(refusal, t, dates, { 'not-found': t.start.nobody(fields.handle) })
  }

  async function submit(event: FormEvent) {
    event.preventDefault()
    const room = await fields.open()
    if (room) onOpened(room)
    else toFirstWrong()
  }

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
      <TextField
        label={t.start.theirHandle}
        hint={t.start.theirHandleHint}
        prefix="@"
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        value={fields.typed}
        error={error()}
        onChange={(event) => fields.type(event.target.value)}
      />
      <Button type="submit" wide busy={busy}>
        {t.start.openDirect}
      </Button>
    </form>
  )
})
