const GIVES_UP_AFTER_MS = 30_000

/** Resolves when the condition holds; looks at it after each turn of the event loop. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const started = performance.now()
  while (!holds()) {
    if (performance.now() - started > GIVES_UP_AFTER_MS) throw new Error(`waited in vain until ${what}`)
    await new Promise(setImmediate)
  }
}

/** The promise, or an error where it takes this much longer than the time it is meant to take. */
export async function within<T>(promise: Promise<T>, seconds: number, what: string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const error = new Error(`waited in vain until ${what}`)
  const timer = setTimeout(() => late.reject(error), seconds * 1000 + GIVES_UP_AFTER_MS)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
