import type { Page } from 'playwright-core'

/** The message in the middle of the open conversation, as whoever reads it sees it. */
export class ReadLine {
  readonly seq: number
  readonly top: number
  readonly #page: Page

  private constructor(page: Page, seq: number, top: number) {
    this.#page = page
    this.seq = seq
    this.top = top
  }

  static async of(page: Page): Promise<ReadLine> {
    const { seq, top } = await page.evaluate(() => {
      const list = document.querySelector('section section')?.getBoundingClientRect()
      const middle = list ? list.top + list.height / 2 : 0
      const rows = [...document.querySelectorAll<HTMLElement>('section section [data-seq]')]
      const row = rows.find((each) => each.getBoundingClientRect().bottom >= middle)
      return { seq: Number(row?.dataset.seq), top: Number(row?.getBoundingClientRect().top) }
    })
    return new ReadLine(page, seq, top)
  }

  /**
   * Notes from now on where the message is in each frame that is painted; NaN where it is not there.
   *
   * @returns all places so far, once each
   */
  async watch(): Promise<() => Promise<number[]>> {
    const places = await this.#page.evaluateHandle((seq) => {
      const places = new Set<number>()
      const look = () => {
        const row = document.querySelector(`section section [data-seq="${seq}"]`)
        if (!row) places.add(Number.NaN)
        // An observer that begins to look is told of the frame that is being made, when all in it has been laid out.
        else new IntersectionObserver(take).observe(row)
        requestAnimationFrame(look)
      }
      const take: IntersectionObserverCallback = ([entry], observer) => {
        observer.disconnect()
        places.add(entry?.target.isConnected ? entry.boundingClientRect.top : Number.NaN)
      }
      requestAnimationFrame(look)
      return places
    }, this.seq)
    return () => places.evaluate((noted) => [...noted])
  }
}

/** Resolves when the open conversation stands still. */
export function standsStill(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const list = document.querySelector('section section')
    let place = ''
    for (let frames = 0; frames < 6; frames++) {
      await new Promise(requestAnimationFrame)
      const now = `${list?.scrollTop} ${list?.scrollHeight}`
      if (now !== place) frames = 0
      place = now
    }
  })
}
