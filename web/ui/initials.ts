const HAN = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u

/** One or two characters that stand for a name: first and last word, or the last of a Chinese name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const [first = '', last = ''] = [words[0], words.length > 1 ? words.at(-1) : undefined]
  if (last === '' && HAN.test(first)) return characters(first).slice(-2).join('')
  return `${characters(first)[0] ?? ''}${characters(last)[0] ?? ''}`.toLocaleUpperCase()
}

function characters(word: string): string[] {
  return Array.from(new Intl.Segmenter().segment(word), ({ segment }) => segment)
}
