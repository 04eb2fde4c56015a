import { percentile } from '../measure/statistics.ts'
import { Stopwatch } from '../measure/stopwatch.ts'
import { PAGE_SIZE, type Server } from '../servers/server.ts'
import { type Figures, STORING_NOTHING, type Workload } from './workload.ts'

const SMALL = 1_000
/** Pages from one room before it is the other's turn. */
const BLOCK = 25
const WARM_UP_BLOCKS = 4

type Params = { readonly messages: number; readonly anchor: 'newest' | 'random' }

/** Pages of a long room beside those of a short one, in turns on the same server: a page costs the same in both. */
export const history: Workload<{ messages: number }> = {
  name: 'history',
  servers: STORING_NOTHING,
  cases: (isTiny) => [{ messages: isTiny ? 2_000 : 100_000 }],

  async prepare(server, { messages }, { seconds, isTiny }) {
    const sizes = [SMALL, messages]
    const rooms: Awaited<ReturnType<Server['history']>>[] = []
    for (const size of sizes) rooms.push(await server.history(size))
    const readers = (['newest', 'random'] as const).flatMap((anchor) =>
      rooms.map((page, i) => new Reader({ messages: sizes[i] ?? 0, anchor }, page, server.pid)),
    )
    for (let i = 0; i < (isTiny ? 1 : WARM_UP_BLOCKS); i++) for (const reader of readers) await reader.read()
    return async () => {
      for (const reader of readers) reader.forget()
      const end = performance.now() + readers.length * seconds * 1000
      do for (const reader of readers) await reader.read()
      while (performance.now() < end)
      return readers.map((reader) => {
        const small = readers.find(({ params }) => params.anchor === reader.params.anchor) ?? reader
        return { params: reader.params, figures: { ...reader.figures(), ...reader.comparedTo(small) } }
      })
    }
  },
}

class Reader {
  readonly params: Params
  readonly #page: (anchor: number) => Promise<void>
  readonly #pid: number | undefined
  #timesMs: number[] = []
  #seconds = 0
  #cpuMicros = 0

  constructor(params: Params, page: (anchor: number) => Promise<void>, pid: number | undefined) {
    this.params = params
    this.#page = page
    this.#pid = pid
  }

  forget(): void {
    this.#timesMs = []
    this.#seconds = 0
    this.#cpuMicros = 0
  }

  async read(): Promise<void> {
    const watch = new Stopwatch(this.#pid)
    for (let i = 0; i < BLOCK; i++) {
      const start = performance.now()
      await this.#page(this.#anchor())
      this.#timesMs.push(performance.now() - start)
    }
    const lap = watch.lap()
    this.#seconds += lap.seconds
    this.#cpuMicros += lap.cpuMicros
  }

  figures(): Figures {
    const pages = this.#timesMs.length
    return {
      p50_ms: percentile(this.#timesMs, 50),
      p99_ms: percentile(this.#timesMs, 99),
      pages_per_s: pages / this.#seconds,
      cpu_us_per_page: this.#cpuMicros / pages,
    }
  }

  comparedTo(small: Reader): Figures {
    const own = this.figures()
    const its = small.figures()
    return {
      page_p50_to_small_room: (own.p50_ms ?? Number.NaN) / (its.p50_ms ?? Number.NaN),
      page_cpu_to_small_room: (own.cpu_us_per_page ?? Number.NaN) / (its.cpu_us_per_page ?? Number.NaN),
    }
  }

  /** The room also holds the record of its opening. */
  #anchor(): number {
    const { messages, anchor } = this.params
    const newest = messages + 2
    return anchor === 'newest' ? newest : PAGE_SIZE + 1 + Math.floor(Math.random() * (newest - PAGE_SIZE))
  }
}
