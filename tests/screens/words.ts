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

/** The words of a catalogue, to be found again on a screen. */
export class Words {
  readonly all: readonly string[]
  readonly #forms: readonly Form[]
  readonly #known = new Map<string, readonly string[]>()

  constructor(catalogue: Messages) {
    this.#forms = formsOf(catalogue as unknown as Entry)
    this.all = [...new Set(this.#forms.map(({ entry }) => entry))]
  }

  /** What of the catalogue stands in texts, each of them whole, or of several sentences. */
  in(texts: readonly string[]): string[] {
    return texts.flatMap((text) => [text, ...text.split(BETWEEN)]).flatMap((text) => this.#look(text.trim()))
  }

  #look(text: string): readonly string[] {
    const entries = this.#known.get(text) ?? this.#entriesOf(text)
    this.#known.set(text, entries)
    return entries
  }

  #entriesOf(text: string): string[] {
    const found = this.#forms.filter(({ words }) => words.test(text))
    // “About 20 characters left” is not somebody who left.
    const closest = Math.max(...found.map(({ letters }) => letters))
    return found.filter(({ letters }) => letters === closest).map(({ entry }) => entry)
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
