import type { Styles } from './styles.ts'
import type { Variant } from './variants.ts'
import type { Words } from './words.ts'

type Exception = {
  /** Words of the catalogue. */
  readonly entries: readonly string[]
  /** Where they are not shown; nowhere at all where this is missing. */
  readonly on?: Variant['size']
  readonly why: string
}

/** What no state shows. */
const EXCEPTIONS: readonly Exception[] = [
  { entries: ['back'], on: 'desktop', why: 'both panes are there' },
  { entries: ['rooms.pickTitle', 'rooms.pickLead'], on: 'phone', why: 'the list takes all of the screen' },
  {
    entries: ['entrance.assurances.0', 'entrance.assurances.1', 'entrance.assurances.2'],
    on: 'phone',
    why: 'there is room for the promise alone',
  },
  {
    entries: ['room.empty'],
    why: 'each conversation begins with who began it; the words are there in case that is lost',
  },
  { entries: ['connection.stopped'], why: 'a page that shows the bar has been started, and is never stopped' },
  { entries: ['connection.refused'], why: 'no refusal but those that have their own words ends a connection' },
  { entries: ['refusals.not-logged-in'], why: 'it leads to the door, which says so in its own words' },
  { entries: ['refusals.not-as-declared', 'refusals.not-uploaded'], why: 'the notice is that of the other refusals' },
  { entries: ['refusals.out-of-order'], why: 'the outbox alone meets it, and tries again' },
  {
    entries: ['refusals.malformed', 'refusals.too-large', 'refusals.unsupported-version', 'refusals.out-of-turn'],
    why: 'only a page that gets the protocol wrong meets it; the notice is that of the others',
  },
]

/** Rules of the style sheets that apply in no state; names of classes as they are built begin so. */
const STYLE_EXCEPTIONS = [{ rule: /^\._empty_\w+$/, why: 'as with room.empty' }]

/** What is wrong with what a walk has shown: words of no state, and exceptions that are none. */
export function gaps(words: Words, size: Variant['size'], exceptions = EXCEPTIONS): string[] {
  const excepted = exceptions.flatMap(({ entries, on = size }) => (on === size ? entries : []))
  const { unseen } = words
  return [
    ...unseen.filter((entry) => !excepted.includes(entry)).map((entry) => `no state shows ${entry}`),
    ...excepted.filter((entry) => !unseen.includes(entry)).map((entry) => `${entry} is excepted, and shown or no word`),
  ]
}

/** Styles of what no state shows. */
export function unshown(styles: Styles): string[] {
  const isExcepted = (selector: string) => STYLE_EXCEPTIONS.some(({ rule }) => rule.test(selector))
  return styles.unseen.filter((selector) => !isExcepted(selector)).map((selector) => `no state shows ${selector}`)
}
