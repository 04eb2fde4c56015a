import { observer } from 'mobx-react-lite'
import { passwordStrength } from '../../stores/password-strength.ts'
import { useStores } from '../stores-context.ts'

/** Advice while a password is made up; before anything is typed, what makes a good one. */
export const StrengthHint = observer(function StrengthHint({ password }: { password: string }) {
  const { t } = useStores().locale
  if (password === '') return t.entrance.passwordHint
  const strength = passwordStrength(password)
  return strength.level === 'short' ? t.entrance.strength.short(strength.missing) : t.entrance.strength[strength.level]
})
