const rules = new Intl.PluralRules('en')

export const YOU = 'You'

export function counted(count: number, one: string, other: string): string {
  return `${count} ${rules.select(count) === 'one' ? one : other}`
}

/** A name within a sentence. */
export function within(who: string): string {
  return who === YOU ? 'you' : who
}
