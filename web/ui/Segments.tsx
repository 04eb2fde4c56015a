import { useId } from 'react'
import styles from './Segments.module.css'

type Props<Value extends string | number> = {
  label: string
  /** Whether the label is seen, or only heard. */
  labelShown?: boolean
  value: Value
  options: readonly { readonly value: Value; readonly label: string }[]
  onChange: (value: Value) => void
}

/** One choice of a few, side by side: radio buttons, with their keys. */
export function Segments<Value extends string | number>({
  label,
  labelShown = true,
  value,
  options,
  onChange,
}: Props<Value>) {
  const name = useId()
  return (
    <fieldset className={styles.field} aria-label={label}>
      {labelShown && <legend>{label}</legend>}
      <div className={styles.segments}>
        {options.map((option) => (
          <label key={option.value}>
            <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
