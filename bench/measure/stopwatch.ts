import { SERVER_CORE } from './cores.ts'
import { coreMicros, cpuMicros } from './usage.ts'

export type Lap = {
  readonly seconds: number
  /** CPU time of the server; NaN where it runs elsewhere. */
  readonly cpuMicros: number
  /** Shares of a core: of this process, and of strangers on the server's core. Near 1 they spoil the figures. */
  readonly generatorBusy: number
  readonly strangersBusy: number
}

/** Measures what a server and this process use until `lap`. */
export class Stopwatch {
  readonly #pid: number | undefined
  readonly #startedMs = performance.now()
  readonly #own = process.cpuUsage()
  readonly #server: number
  readonly #core: number

  constructor(pid: number | undefined) {
    this.#pid = pid
    this.#server = pid === undefined ? Number.NaN : cpuMicros(pid)
    this.#core = pid === undefined ? Number.NaN : coreMicros(SERVER_CORE)
  }

  lap(): Lap {
    const seconds = (performance.now() - this.#startedMs) / 1000
    const micros = seconds * 1e6
    const { user, system } = process.cpuUsage(this.#own)
    const server = this.#pid === undefined ? Number.NaN : cpuMicros(this.#pid) - this.#server
    const core = this.#pid === undefined ? Number.NaN : coreMicros(SERVER_CORE) - this.#core
    const strangersBusy = Math.max(core - server, 0) / micros
    return { seconds, cpuMicros: server, generatorBusy: (user + system) / micros, strangersBusy }
  }
}
