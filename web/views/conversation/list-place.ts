/** So near to the end counts as the end. */
const BOTTOM_WITHIN_PX = 40
/** What somebody wants to see is so far down the list, as a part of its height. */
const ABOVE_WHAT_IS_WANTED = 0.25
/** Rows so far above what is seen count as coming next. */
const SOON_WITHIN_PX = 600

/**
 * The end of the list, or a part of it that ends so far below the upper edge. It is its end that keeps its place: a day
 * or a name over a row may go when older rows come in.
 */
type Anchor = 'newest' | { readonly part: string; readonly bottom: number }

export type Sight = {
  /** The index of the first row that is seen or comes next, and of the last that is seen. */
  show(first: number, last: number): void
  setAtBottom(atBottom: boolean): void
}

/**
 * Where a list stands. What is read keeps its place to the pixel, whatever comes in above it, below it, or turns out
 * higher than it was thought to be; who is at the end stays there. What may move it calls `hold` before it is painted.
 *
 * The parts of the list are the elements with `data-part`; rows among them have `data-index`.
 */
export class ListPlace {
  readonly #scroller: HTMLElement
  readonly #sight: Sight
  #anchor: Anchor = 'newest'
  /** A part that somebody wants to see, which is not there yet. */
  #wanted: string | undefined
  /** Where `hold` has left it: any other place is somebody's wish. */
  #left = 0

  /** Opens with this part at the upper edge, or at the end. */
  constructor(scroller: HTMLElement, sight: Sight, part: string | undefined) {
    this.#scroller = scroller
    this.#sight = sight
    const element = part === undefined ? undefined : this.#find(part)
    if (!element) return
    scroller.scrollTop += this.#below(element.getBoundingClientRect().top)
    this.#take()
  }

  hold(): void {
    this.#reach()
    this.#allow(this.#scroller.scrollTop - this.#left)
    const { scrollHeight, scrollTop } = this.#scroller
    const wanted = this.#anchor === 'newest' ? scrollHeight : scrollTop + this.#drift(this.#anchor)
    if (wanted !== scrollTop) this.#scroller.scrollTop = wanted
    this.#left = this.#scroller.scrollTop
    if (this.#isAtBottom) this.#anchor = 'newest'
    this.#look()
  }

  toNewest(): void {
    this.#anchor = 'newest'
    this.#left = this.#scroller.scrollTop
    this.hold()
  }

  /** Goes to a part; where that is not there yet, to what stands for it, and to the part when it comes. */
  toPart(part: string, placeholder: string): void {
    this.#wanted = part
    if (!this.#reach()) this.#goTo(placeholder)
    this.hold()
  }

  /** Whether what is wanted is there now. Whoever wanted it goes on from it. */
  #reach(): boolean {
    if (this.#wanted === undefined || !this.#goTo(this.#wanted)) return false
    this.#find(this.#wanted)?.querySelector('article')?.focus({ preventScroll: true })
    this.#wanted = undefined
    return true
  }

  #goTo(part: string): boolean {
    const element = this.#find(part)
    if (!element) return false
    const { clientHeight } = this.#scroller
    this.#scroller.scrollTop += this.#below(element.getBoundingClientRect().top) - clientHeight * ABOVE_WHAT_IS_WANTED
    this.#left = this.#scroller.scrollTop
    this.#anchor = { part, bottom: this.#below(element.getBoundingClientRect().bottom) }
    return true
  }

  /** It was scrolled: by a person, or by `hold`. */
  scrolled(): void {
    if (this.#scroller.scrollTop !== this.#left) {
      this.#wanted = undefined
      this.#take()
    }
    this.#look()
  }

  /** A person has moved on by so much, and the event that says so is still to come. */
  #allow(moved: number): void {
    if (moved === 0) return
    if (this.#anchor !== 'newest') this.#anchor = { ...this.#anchor, bottom: this.#anchor.bottom - moved }
    else if (moved < -BOTTOM_WITHIN_PX) this.#take()
  }

  #take(): void {
    this.#left = this.#scroller.scrollTop
    // Where no row is there yet, what stands for some of them.
    const element = this.#firstSeen('[data-index]') ?? this.#firstSeen('[data-part]')
    const part = element?.dataset.part
    if (this.#isAtBottom) this.#anchor = 'newest'
    else if (part !== undefined)
      this.#anchor = { part, bottom: this.#below(element?.getBoundingClientRect().bottom ?? 0) }
  }

  #firstSeen(which: string): HTMLElement | undefined {
    const { top, bottom } = this.#scroller.getBoundingClientRect()
    const parts = [...this.#scroller.querySelectorAll<HTMLElement>(which)]
    const first = parts.find((part) => part.getBoundingClientRect().bottom > top)
    return first && first.getBoundingClientRect().top < bottom ? first : undefined
  }

  #drift({ part, bottom }: Exclude<Anchor, 'newest'>): number {
    const element = this.#find(part)
    return element ? this.#below(element.getBoundingClientRect().bottom) - bottom : 0
  }

  #find(part: string): Element | null {
    return this.#scroller.querySelector(`[data-part="${CSS.escape(part)}"]`)
  }

  /** How far a place in the window is below the upper edge. */
  #below(y: number): number {
    return y - this.#scroller.getBoundingClientRect().top
  }

  get #isAtBottom(): boolean {
    const { scrollHeight, clientHeight, scrollTop } = this.#scroller
    return scrollHeight - clientHeight - scrollTop <= BOTTOM_WITHIN_PX
  }

  #look(): void {
    const { top, bottom } = this.#scroller.getBoundingClientRect()
    const rows = [...this.#scroller.querySelectorAll<HTMLElement>('[data-index]')]
    const first = rows.find((row) => row.getBoundingClientRect().bottom > top - SOON_WITHIN_PX)
    const last = rows.findLast((row) => row.getBoundingClientRect().top < bottom)
    this.#sight.setAtBottom(this.#isAtBottom)
    if (first && last) this.#sight.show(indexOf(first), indexOf(last))
  }
}

function indexOf(row: HTMLElement): number {
  return Number(row.dataset.index)
}
