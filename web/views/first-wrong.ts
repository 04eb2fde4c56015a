import { useEffect, useRef, useState } from 'react'

/** Takes the focus to the first wrong field of a form, once that is marked. */
export function useFirstWrong() {
  const form = useRef<HTMLFormElement>(null)
  const [failures, setFailures] = useState(0)
  useEffect(() => {
    if (failures > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [failures])
  return { form, toFirstWrong: () => setFailures((count) => count + 1) }
}
