import { Check, Copy } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { Button } from './Button.tsx'
import styles from './CopyField.module.css'

type Props = { label: string; value: string; copyLabel: string; copiedLabel: string; byHandLabel: string }

/** A text to take along, which comes when somebody has asked for it. Where the page may not use the clipboard (plain http) it is selected for copying by hand. */
export function CopyField({ label, value, copyLabel, copiedLabel, byHandLabel }: Props) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [outcome, setOutcome] = useState<'copied' | 'by-hand'>()

  useEffect(() => input.current?.focus(), [])

  async function copy() {
    if (input.current) selectAll(input.current)
    setOutcome((await writeClipboard(value)) ? 'copied' : 'by-hand')
  }

  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div>
        <input ref={input} id={id} value={value} readOnly onFocus={(event) => selectAll(event.target)} />
        <Button icon={outcome === 'copied' ? <Check /> : <Copy />} onClick={() => void copy()}>
          {outcome === 'copied' ? copiedLabel : copyLabel}
        </Button>
      </div>
      <p role="status">{outcome === 'by-hand' && byHandLabel}</p>
    </div>
  )
}

/** Its beginning stays in sight. */
function selectAll(input: HTMLInputElement): void {
  input.select()
  input.scrollLeft = 0
}

async function writeClipboard(text: string): Promise<boolean> {
  try {
    // Undefined on pages without a secure context, whatever its type says.
    const clipboard: Clipboard | undefined = navigator.clipboard
    await clipboard?.writeText(text)
    return clipboard !== undefined
  } catch {
    return false
  }
}
