/** Other clients on the same store, such as other tabs of one browser. What one says the others hear, in order. */
export interface Neighbours {
  /** A value as it can be stored. */
  say(word: unknown): void
  listen(heard: (word: unknown) => void): void
}
