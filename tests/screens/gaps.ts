import { ALIKE } from './alike.ts'
import { EXCEPTIONS } from './exceptions.ts'
import type { Tally } from './tally.ts'
import type { Variant } from './variants.ts'

/** What is wrong with what a walk has shown: what no state shows, states that are gone, and entries of the lists that are wrong. */
export function gaps(tally: Tally, size: Variant['size'], exceptions = EXCEPTIONS, alike = ALIKE): string[] {
  const excepted = exceptions.flatMap(({ entries, on = size }) => (on === size ? entries : []))
  const { unseen, states, spare } = tally
  const without = (list: readonly string[], others: readonly string[]) =>
    list.filter((entry) => !others.includes(entry))
  return [
    ...without(unseen, excepted).map((entry) => `no state shows ${entry}`),
    ...without(excepted, unseen).map((entry) => `${entry} is excepted, and shown or not there`),
    ...without(alike, states).map((state) => `“${state}” is gone`),
    ...without(spare, alike).map(
      (state) => `“${state}” shows nothing of its own: only the list in alike.ts would miss it`,
    ),
  ]
}
