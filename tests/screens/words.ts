import type { Messages } from '#web/i18n/messages.ts'

/** Stands where an entry takes a value; no text of a page has it. */
const ANYTHING = '\uE000'
/** A list of one reads as that one: these do for a name, for a count and for a list of names. One thing has words of its own. */
const VALUES = [[ANYTHING], [1]]
/** Where one sentence of a text ends and the next begins, and where brackets stand. */
const BETWEEN = /(?<=[.?]) |(?<=[。？])|[()]/

type Entry = string | readonly string[] | ((...values: unknown[]) => string) | { readonly [key: string]: Entry }

/** `letters` counts what stands in it whatever the values are. */
type Form = { readonly entry: string; readonly words: RegExp; readonly letters: number }

/** The words of a catalogue, and which of them have been seen on a screen. */
export class Words {
  readonly #forms: readonly Form[]
  readonly #seen = new Set<string>()
  readonly #texts = new Set<string>()

  constructor(catalogue: Messages) {
    this.#forms = formsOf(catalogue as unknown as Entry)
  }

  /** Texts as they stand on a screen, each whole, or of several sentences. */
  see(texts: readonly string[]): void {
    for (const text of texts.flatMap((text) => [text, ...text.split(BETWEEN)])) this.#look(text.trim())
  }

  get unseen(): string[] {
    return [...new Set(this.#forms.map(({ entry }) => entry))].filter((entry) => !this.#seen.has(entry))
  }

  #look(text: string): void {
    if (this.#texts.has(text)) return
    this.#texts.add(text)
    const found = this.#forms.filter(({ words }) => words.test(text))
    // “About 20 characters left” is not somebody who left.
    const closest = Math.max(...found.map(({ letters }) => letters))
    for (const { entry, letters } of found) if (letters === closest) this.#seen.add(entry)
  }
}

function formsOf(entry: Entry, path: readonly string[] = []): Form[] {
  if (typeof entry === 'string') return entry.trim() === '' ? [] : [formOf(path, entry)]
  if (typeof entry === 'function')
    return VALUES.map((value) => formOf(path, entry(...new Array(entry.length).fill(value))))
  return Object.entries(entry).flatMap(([key, inner]) => formsOf(inner, [...path, key]))
}

function formOf(path: readonly string[], text: string): Form {
  const words = text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(ANYTHING, '.+')
  return {
    entry: path.join('.'),
    words: new RegExp(`^${words}$`, 's'),
    letters: text.replaceAll(ANYTHING, '').length,
  }
}
