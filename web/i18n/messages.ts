import { en } from './en.ts'
import { zh } from './zh.ts'

/** The words may differ, the entries and the values they take may not. */
type Same<Entry> = Entry extends (...values: infer Values) => string
  ? (...values: Values) => string
  : Entry extends string
    ? string
    : Entry extends readonly string[]
      ? readonly string[]
      : { readonly [Key in keyof Entry]: Same<Entry[Key]> }

export type Messages = Same<typeof en>

export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

export const catalogues: { readonly [Each in Language]: Messages } = { en, zh }

/** Each language by its own name, for those who cannot read the current one. */
export const languageNames: { readonly [Each in Language]: string } = { en: 'English', zh: '中文' }
