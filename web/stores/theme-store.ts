import { makeAutoObservable } from 'mobx'
import type { Preferences } from '../preferences.ts'

export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const KEY = 'theme'

/** Light or dark: the system's choice unless somebody chose here. public/before-paint.js reads the same key. */
export class ThemeStore {
  theme: Theme
  readonly #preferences: Preferences

  constructor(preferences: Preferences) {
    this.#preferences = preferences
    this.theme = themes.find((theme) => theme === preferences.read(KEY)) ?? 'auto'
    makeAutoObservable(this)
  }

  choose(theme: Theme): void {
    this.theme = theme
    this.#preferences.write(KEY, theme)
  }
}
