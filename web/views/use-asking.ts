import { useState } from 'react'

/** Asks once more before something happens. When the answer is no, the focus is to be back where the question came from. */
export function useAsking() {
  const [state, setState] = useState<'idle' | 'asking' | 'declined'>('idle')
  return {
    isAsking: state === 'asking',
    wasDeclined: state === 'declined',
    ask: () => setState('asking'),
    decline: () => setState('declined'),
  }
}
