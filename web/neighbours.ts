import type { Neighbours } from '#client/index.ts'

/** The other tabs of this browser that talk about the same thing. Undefined where a browser keeps tabs apart. */
export function otherTabs(about: string): Neighbours | undefined {
  if (typeof BroadcastChannel === 'undefined') return undefined
  const channel = new BroadcastChannel(`snug.${about}`)
  return {
    say: (word) => channel.postMessage(word),
    listen: (heard) => channel.addEventListener('message', ({ data }) => heard(data)),
  }
}
