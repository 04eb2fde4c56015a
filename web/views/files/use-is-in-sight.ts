import { type RefObject, useEffect, useState } from 'react'

/** Whoever scrolls finds there what is so near. */
const SOON = '300px'

/** Whether an element is seen, or about to be. */
export function useIsInSight(element: RefObject<Element | null>): boolean {
  const [isInSight, setIsInSight] = useState(false)
  useEffect(() => {
    if (!element.current) return
    const observer = new IntersectionObserver((entries) => setIsInSight(entries.at(-1)?.isIntersecting ?? false), {
      // What scrolls is around it: the margin counts there.
      scrollMargin: SOON,
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return isInSight
}
