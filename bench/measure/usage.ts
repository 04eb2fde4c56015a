import { readdirSync, readFileSync } from 'node:fs'

/** CPU time of all threads of a process, in microseconds. */
export function cpuMicros(pid: number): number {
  return sum(threadMicros(pid).values())
}

/** The same for each thread, or for those whose names begin so (proc(5): task/*\/schedstat, first field, ns; comm). */
export function threadMicros(pid: number | undefined, prefix = ''): Map<string, number> {
  const micros = new Map<string, number>()
  for (const thread of pid === undefined ? [] : readdirSync(`/proc/${pid}/task`)) {
    const read = (file: string) => readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'latin1')
    try {
      if (read('comm').startsWith(prefix)) micros.set(thread, Number(read('schedstat').split(' ', 1)[0]) / 1000)
    } catch {
      // The thread has just ended.
    }
  }
  return micros
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0)
}

/** Memory of a process that is in RAM (proc(5): status, VmRSS). */
export function rssKib(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1])
}

const TICK_MICROS = 10_000

/** How long a core was busy since the start of the machine, whoever used it (proc(5): stat). */
export function coreMicros(core: number): number {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'latin1'))?.[1] ?? ''
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(' ').map(Number)
  return (user + nice + system + irq + softirq + steal) * TICK_MICROS
}
