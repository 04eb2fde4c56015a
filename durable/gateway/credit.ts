import { CREDIT_BYTES } from '#protocol/limits.ts'

export type Bytes = { readonly sent: number; readonly acknowledged: number }

/** Bytes on their way to one client. Hosts cannot all tell what a socket has buffered, so the client acknowledges. */
export class Credit {
  #sent: number
  #acknowledged: number
  #waiting: (() => void)[] = []

  constructor({ sent, acknowledged }: Bytes = { sent: 0, acknowledged: 0 }) {
    this.#sent = sent
    this.#acknowledged = acknowledged
  }

  get bytes(): Bytes {
    return { sent: this.#sent, acknowledged: this.#acknowledged }
  }

  allows(bytes: number): boolean {
    return this.#sent - this.#acknowledged + bytes <= CREDIT_BYTES
  }

  spend(bytes: number): void {
    this.#sent += bytes
  }

  acknowledge(total: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, Math.min(total, this.#sent))
    if (this.#sent - this.#acknowledged <= CREDIT_BYTES / 2) this.release()
  }

  /** Resolves when at least half of the credit is free, or when `release` gives up waiting. */
  async halfFree(): Promise<void> {
    if (this.#sent - this.#acknowledged > CREDIT_BYTES / 2) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  release(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resume of waiting) resume()
  }
}
