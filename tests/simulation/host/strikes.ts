/** The places where the code of an actor waits, or lets something out: it may end at any of them. */
export type AwaitPoint =
  | 'read'
  | 'commit issued'
  | 'commit durable'
  | 'call sent'
  | 'call arrived'
  | 'call answered'
  | 'turn ended'

export const AWAIT_POINTS: readonly AwaitPoint[] = [
  'read',
  'commit issued',
  'commit durable',
  'call sent',
  'call arrived',
  'call answered',
  'turn ended',
]

type Strike = { left: number; readonly point: AwaitPoint; readonly strike: (actor: string) => void }

/** Blows that fall while an actor waits at a point of a kind, after so many have been passed. */
export class Strikes {
  #planned: Strike[] = []

  plan(point: AwaitPoint, after: number, strike: (actor: string) => void): void {
    this.#planned.push({ left: after, point, strike })
  }

  clear(): void {
    this.#planned = []
  }

  /** An actor (`kind/id`) is at a point. */
  pass(point: AwaitPoint, actor: string): void {
    if (this.#planned.length === 0) return
    const due = this.#planned.filter((planned) => planned.point === point && --planned.left < 0)
    if (due.length === 0) return
    this.#planned = this.#planned.filter((planned) => !due.includes(planned))
    for (const { strike } of due) strike(actor)
  }
}
