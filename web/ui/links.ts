export type TextPart = { readonly kind: 'text' | 'link'; readonly text: string }

// Up to white space, quotes and angle brackets, CJK punctuation, and characters that could make it read as another.
const ADDRESS =
  /https?:\/\/[^\s<>"'`\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3000-\u303f\uff01-\uff0f\uff1a-\uff1f]+/giu
const CLOSING = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
])
const SENTENCE_ENDS = '.,;:!?*_~'

/** Cuts a text into addresses and what stands between them, in one pass. Nothing else of a text is ever interpreted. */
export function splitLinks(text: string): readonly TextPart[] {
  const parts: TextPart[] = []
  let at = 0
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimAddress(match[0])
    if (!isAddress(address)) continue
    if (match.index > at) parts.push({ kind: 'text', text: text.slice(at, match.index) })
    parts.push({ kind: 'link', text: address })
    at = match.index + address.length
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) })
  return parts
}

/** Leaves the end of a sentence, and a bracket that was opened before the address, outside. */
function trimAddress(found: string): string {
  let end = found.length
  while (end > 0) {
    const last = found.charAt(end - 1)
    const opening = CLOSING.get(last)
    const unopened = opening !== undefined && !found.slice(0, end).includes(opening)
    if (!SENTENCE_ENDS.includes(last) && !unopened) break
    end--
  }
  return found.slice(0, end)
}

function isAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // A name before the host serves only to deceive.
  return url !== undefined && url.host !== '' && url.username === '' && url.password === ''
}
