/** What must hold: the invariants of the design (section 8), and what stands in durable/SPEC.md. */
export type Rule =
  | 'I1'
  | 'I2'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I8'
  | 'I9'
  | 'I10'
  | 'I12'
  | 'I13'
  /** What comes of a room in one frame comes in order. */
  | 'F1'
  /** Files: what messages name (O1), who has it (O4), and until when (O5). */
  | 'O1'
  | 'O4'
  | 'O5'
  /** What a device has taken for safe arrives, or is refused for a reason. */
  | 'outbox'
  /** A device loses its account only when it was logged out (A7), and then keeps nothing. */
  | 'log-out'
  /** Nothing throws but what a fault explains. */
  | 'thrown'

export class Violation extends Error {
  readonly rule: Rule

  constructor(rule: Rule, what: string) {
    super(`${rule}: ${what}`)
    this.name = 'Violation'
    this.rule = rule
  }
}

/** Remembers the first violation: most are seen in the middle of something that swallows errors. */
export class Verdict {
  #first: Violation | undefined

  violated(rule: Rule, what: string): void {
    this.#first ??= new Violation(rule, what)
  }

  thrown(error: unknown): void {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.violated('thrown', what)
  }

  /** Throws what was violated so far. */
  check(): void {
    if (this.#first) throw this.#first
  }
}
