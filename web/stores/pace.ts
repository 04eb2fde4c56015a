/** So much time is looked back on: longer, and it would not tell that a network has become slow. */
const LOOKS_BACK_MS = 5_000
/** Of less one cannot tell. */
const LEAST_MS = 1_000

/** How fast something gets on, from how far it was at what time. */
export class Pace {
  readonly #places: { readonly done: number; readonly at: number }[] = []

  /** Bytes a second; undefined while that cannot be told. */
  at(done: number, now: number): number | undefined {
    const places = this.#places
    // What begins anew, after a lost connection say, has no pace yet.
    if (done < (places.at(-1)?.done ?? 0)) places.length = 0
    places.push({ done, at: now })
    while ((places[1]?.at ?? now) <= now - LOOKS_BACK_MS) places.shift()
    const first = places[0] ?? { done, at: now }
    const ms = now - first.at
    return ms < LEAST_MS ? undefined : ((done - first.done) * 1000) / ms
  }
}
