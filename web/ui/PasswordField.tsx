import { Eye, EyeOff } from 'lucide-react'
import { type ComponentProps, useState } from 'react'
import { IconButton } from './IconButton.tsx'
import { TextField } from './TextField.tsx'

type Props = Omit<ComponentProps<typeof TextField>, 'type' | 'action'> & { showLabel: string }

export function PasswordField({ showLabel, ...field }: Props) {
  const [shown, setShown] = useState(false)
  const toggle = (
    <IconButton
      label={showLabel}
      icon={shown ? <EyeOff /> : <Eye />}
      aria-pressed={shown}
      onClick={() => setShown(!shown)}
    />
  )
  return <TextField {...field} type={shown ? 'text' : 'password'} action={toggle} />
}
