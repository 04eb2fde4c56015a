import { CREDIT_BYTES } from '#protocol/limits.ts'

export type Bytes = { readonly sent: number; readonly acknowledged: number }

/**
 * Bytes on their way to one client: gathered for the next frame, and sent but not acknowledged. Hosts cannot all tell
 * what a socket has buffered, so the client acknowledges.
 */
export class Credit {
  #sent: number
  #acknowledged: number
  #gathered = 0
  #waiting: (() => void)[] = []

  constructor({ sent, acknowledged }: Bytes = { sent: 0, acknowledged: 0 }) {
    this.#sent = sent
    this.#acknowledged = acknowledged
  }

  get bytes(): Bytes {
    return { sent: this.#sent, acknowledged: this.#acknowledged }
  }

  /** Takes bytes for the next frame; false when they are more than the client may still be sent. */
  gather(bytes: number): boolean {
    if (this.#onTheWay + bytes > CREDIT_BYTES) return false
    this.#gathered += bytes
    return true
  }

  /** What was gathered has left as one frame of so many bytes. */
  spend(frameBytes: number): void {
    this.#gathered = 0
    this.#sent += frameBytes
  }

  /** Whether the client can have got so much. Whoever says more would have credit without end. */
  canHave(total: number): boolean {
    return total <= this.#sent
  }

  /** False when it says nothing new. */
  acknowledge(total: number): boolean {
    if (total <= this.#acknowledged) return false
    this.#acknowledged = total
    if (this.#isHalfFree) this.release()
    return true
  }

  /** Resolves when at least half of the credit is free, or when `release` gives up waiting. */
  async halfFree(): Promise<void> {
    if (!this.#isHalfFree) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  release(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resume of waiting) resume()
  }

  get #onTheWay(): number {
    return this.#gathered + this.#sent - this.#acknowledged
  }

  get #isHalfFree(): boolean {
    return this.#onTheWay <= CREDIT_BYTES / 2
  }
}
