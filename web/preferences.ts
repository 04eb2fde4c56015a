/** Small choices of this browser that must be known before anything is read asynchronously. Lost is harmless. */
export interface Preferences {
  read(key: string): string | undefined
  write(key: string, value: string): void
}

const PREFIX = 'snug.'

/** On localStorage where the browser grants it; where it does not, choices last as long as the page. */
export function browserPreferences(): Preferences {
  const forThisPage = new Map<string, string>()
  return {
    read: (key) => forThisPage.get(key) ?? attempt(() => localStorage.getItem(PREFIX + key) ?? undefined),
    write(key, value) {
      forThisPage.set(key, value)
      attempt(() => localStorage.setItem(PREFIX + key, value))
    },
  }
}

function attempt<Value>(access: () => Value): Value | undefined {
  try {
    return access()
  } catch {
    // Even naming localStorage throws where storage is forbidden.
    return undefined
  }
}
