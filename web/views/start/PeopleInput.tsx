import { observer } from 'mobx-react-lite'
import { type KeyboardEvent, useRef } from 'react'
import type { UserId } from '#protocol/ids.ts'
import { refusalWords } from '../../i18n/refusal-words.ts'
import type { PeopleField } from '../../stores/people-field.ts'
import { Button } from '../../ui/Button.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { useStores } from '../stores-context.ts'
import styles from './StartDialog.module.css'

type Props = {
  field: PeopleField
  label: string
  hint?: string
  /** Whether the form as a whole takes what was typed: then there is neither a button here nor a key. */
  addedByForm?: boolean
}

/** People named one by one; Enter takes over what was typed, Backspace in an empty field the last one back. */
export const PeopleInput = observer(function PeopleInput({ field, label, hint, addedByForm = false }: Props) {
  const { t, dates } = useStores().locale
  const { refusal, busy } = field.finding
  const input = useRef<HTMLInputElement>(null)

  function error(): string | undefined {
    if (field.problem === 'yourself') return t.start.yourself
    if (field.problem === 'already-in') return t.start.alreadyIn(field.handle)
    if (field.problem === 'not-a-handle') return t.entrance.handleWrong
    return refusal && refusalWords(refusal, t, dates, { 'not-found': t.start.nobody(field.handle) })
  }

  function onKey(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && field.handle !== '' && !addedByForm) {
      event.preventDefault()
      void field.add()
    }
    if (event.key === 'Backspace' && field.typed === '') field.removeLast()
  }

  function remove(user: UserId) {
    field.remove(user)
    input.current?.focus()
  }

  return (
    <>
      <TextField
        ref={input}
        label={label}
        hint={hint}
        prefix="@"
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        value={field.typed}
        error={error()}
        onChange={(event) => field.type(event.target.value)}
        onKeyDown={onKey}
        action={
          field.handle !== '' &&
          !addedByForm && (
            <Button look="quiet" size="small" busy={busy} onClick={() => void field.add()}>
              {t.start.add}
            </Button>
          )
        }
      />
      {field.people.length > 0 && (
        <ul className={styles.chips}>
          {field.people.map(({ user, name }) => (
            <Chip key={user} removeLabel={t.start.removeMember(name)} onRemove={() => remove(user)}>
              {name}
            </Chip>
          ))}
        </ul>
      )}
    </>
  )
})
