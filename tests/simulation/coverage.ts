/** How often each thing was done, and each went wrong. */
export type Counts = { readonly actions: Record<string, number>; readonly faults: Record<string, number> }

export class Coverage implements Counts {
  readonly actions: Record<string, number> = {}
  readonly faults: Record<string, number> = {}

  action(name: string): void {
    this.actions[name] = (this.actions[name] ?? 0) + 1
  }

  fault(name: string): void {
    this.faults[name] = (this.faults[name] ?? 0) + 1
  }

  add({ actions, faults }: Counts): void {
    for (const [name, times] of Object.entries(actions)) this.actions[name] = (this.actions[name] ?? 0) + times
    for (const [name, times] of Object.entries(faults)) this.faults[name] = (this.faults[name] ?? 0) + times
  }
}

export function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, times) => total + times, 0)
}

/** For people to read: everything that was done, and that went wrong, most often first. */
export function table({ actions, faults }: Counts): string {
  return [list('Actions', actions), list('Faults', faults)].join('\n')
}

function list(title: string, counts: Record<string, number>): string {
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a)
  const lines = rows.map(([name, times]) => `${String(times).padStart(10)}  ${name}`)
  return [`${title}: ${sum(counts)}`, ...lines].join('\n')
}
