/** Which states have shown what. */
export class Tally {
  readonly #statesOf = new Map<string, string[]>()
  readonly #states: string[] = []

  /** There to be shown, by whichever state. */
  expect(things: Iterable<string>): void {
    for (const thing of things) if (!this.#statesOf.has(thing)) this.#statesOf.set(thing, [])
  }

  see(state: string, things: Iterable<string>): void {
    this.#states.push(state)
    for (const thing of new Set(things)) this.#statesOf.get(thing)?.push(state)
  }

  get states(): readonly string[] {
    return this.#states
  }

  get unseen(): string[] {
    return [...this.#statesOf].flatMap(([thing, { length }]) => (length === 0 ? [thing] : []))
  }

  /** The states that nobody would miss: all that they show is shown by others too. */
  get spare(): string[] {
    const needed = new Set([...this.#statesOf.values()].flatMap((states) => (states.length === 1 ? states : [])))
    return this.#states.filter((state) => !needed.has(state))
  }
}
