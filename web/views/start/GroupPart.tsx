import { observer } from 'mobx-react-lite'
import { type FormEvent, useState } from 'react'
import type { RoomId } from '#protocol/ids.ts'
import { refusalWords } from '../../i18n/refusal-words.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { useFirstWrong } from '../first-wrong.ts'
import { useStores } from '../stores-context.ts'
import { PeopleInput } from './PeopleInput.tsx'

export const GroupPart = observer(function GroupPart({ onOpened }: { onOpened: (room: RoomId) => void }) {
  const stores = useStores()
  const { t, dates } = stores.locale
  const [fields] = useState(() => stores.newGroup())
  const { form, toFirstWrong } = useFirstWrong()
  const { refusal, busy } = fields.creating

  async function submit(event: FormEvent) {
    event.preventDefault()
    const room = await fields.create()
    if (room) onOpened(room)
    else toFirstWrong()
  }

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
      {refusal && <Notice look="danger">{refusalWords(refusal, t, dates)}</Notice>}
      <TextField
        label={t.start.groupTitle}
        autoComplete="off"
        value={fields.title}
        error={fields.titleWrong && t.start.groupTitleWrong[fields.titleWrong]}
        onChange={(event) => fields.setTitle(event.target.value)}
      />
      <PeopleInput field={fields.members} label={t.start.members} hint={t.start.membersHint} />
      <Button type="submit" wide busy={busy}>
        {t.start.createGroup}
      </Button>
    </form>
  )
})
