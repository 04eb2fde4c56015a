import { makeAutoObservable } from 'mobx'
import { Dates } from '../i18n/dates.ts'
import { catalogues, type Language, languages, type Messages } from '../i18n/messages.ts'
import type { Preferences } from '../preferences.ts'

export type LanguageChoice = Language | 'auto'

const KEY = 'language'

/** The language of the page: chosen here, else the first of the browser's that there is a catalogue for. */
export class LocaleStore {
  choice: LanguageChoice
  readonly #preferences: Preferences
  readonly #wanted: readonly string[]

  /** `wanted` are the browser's languages, as BCP 47 tags, the dearest first. */
  constructor(preferences: Preferences, wanted: readonly string[]) {
    this.#preferences = preferences
    this.#wanted = wanted
    this.choice = languages.find((language) => language === preferences.read(KEY)) ?? 'auto'
    makeAutoObservable(this)
  }

  get language(): Language {
    if (this.choice !== 'auto') return this.choice
    for (const tag of this.#wanted) {
      const known = languages.find((language) => languageOf(tag) === language)
      if (known) return known
    }
    return 'en'
  }

  /** For `lang` attributes: what the catalogue is written in, whichever variant the browser asks for. */
  get lang(): string {
    return this.language === 'zh' ? 'zh-Hans' : this.tag
  }

  /** For Intl: the browser's own variant of the language, where it names one. */
  get tag(): string {
    const fallback = this.language === 'zh' ? 'zh-CN' : 'en'
    return this.#wanted.find((tag) => languageOf(tag) === this.language) ?? fallback
  }

  get t(): Messages {
    return catalogues[this.language]
  }

  get dates(): Dates {
    return new Dates(this.tag)
  }

  choose(choice: LanguageChoice): void {
    this.choice = choice
    this.#preferences.write(KEY, choice)
  }
}

function languageOf(tag: string): string | undefined {
  return tag.toLowerCase().split('-')[0]
}
