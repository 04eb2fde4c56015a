/** From one start of the process to its end. */
export class Life {
  readonly ended: Promise<void>
  readonly end: () => void

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    this.end = resolve
  }
}
