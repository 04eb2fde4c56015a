import type { Browser } from 'playwright-core'
import type { Language } from '#web/i18n/messages.ts'
import { Person, type PersonOptions, PHONE } from '../support/person.ts'

/** In what a screen may differ beside what it shows. */
export type Variant = {
  readonly theme: 'light' | 'dark'
  readonly size: 'desktop' | 'phone'
  readonly language: Language
}

const THEMES = ['light', 'dark'] as const
const SIZES = ['desktop', 'phone'] as const
const LANGUAGES = ['en', 'zh'] as const

export const VARIANTS: readonly Variant[] = THEMES.flatMap((theme) =>
  SIZES.flatMap((size) => LANGUAGES.map((language) => ({ theme, size, language }))),
)

export function nameOf({ theme, size, language }: Variant): string {
  return `${theme}-${size}-${language}`
}

/** Somebody with an empty browser that is so. */
export function visitorOf(browser: Browser, handle: string, { theme, size, language }: Variant): Promise<Person> {
  const phone: PersonOptions = size === 'phone' ? { viewport: PHONE, hasTouch: true, isMobile: true } : {}
  return Person.at(browser, handle, { colorScheme: theme, language, ...phone })
}
