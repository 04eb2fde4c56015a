import type { EdgeStore } from './edge-store.ts'

/** So long a server stays closed whose backup was killed, or has lost the network. */
const LASTS_MS = 5 * 60_000
const RENEWED_EVERY_MS = 60_000
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Nobody is connected to a Snug on workerd as long as this program is there and has not ended it. */
export class EdgePause {
  readonly #store: Pick<EdgeStore, 'pause'>
  readonly #renewing: NodeJS.Timeout
  #wasHeld = true
  #ending: Promise<boolean> | undefined

  private constructor(store: Pick<EdgeStore, 'pause'>) {
    this.#store = store
    this.#renewing = setInterval(() => void this.#renew(), RENEWED_EVERY_MS).unref()
    for (const signal of SIGNALS) process.on(signal, this.#endWithProgram)
  }

  static async begin(store: Pick<EdgeStore, 'pause'>): Promise<EdgePause> {
    const pause = new EdgePause(store)
    try {
      await store.pause(LASTS_MS)
      return pause
    } catch (error) {
      // Some of it may have been done.
      await pause.end().catch(() => {})
      throw error
    }
  }

  /** Lets people in again. Answers whether nobody was let in since it began. */
  end(): Promise<boolean> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  async #end(): Promise<boolean> {
    clearInterval(this.#renewing)
    try {
      const wasPaused = await this.#store.pause(0)
      return this.#wasHeld && wasPaused
    } finally {
      for (const signal of SIGNALS) process.off(signal, this.#endWithProgram)
    }
  }

  /** Where the network is away for a moment, the next one is in time. */
  async #renew(): Promise<void> {
    const wasPaused = await this.#store.pause(LASTS_MS).catch(() => true)
    this.#wasHeld &&= wasPaused
  }

  /** Ctrl-C may come twice (node-host/running.ts). */
  readonly #endWithProgram = (signal: NodeJS.Signals): void => {
    const exit = () => process.kill(process.pid, signal)
    void this.end().then(exit, exit)
  }
}
