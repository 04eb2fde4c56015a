import { readdirSync, readFileSync } from 'node:fs'

/** CPU time of all threads of a process, in microseconds (proc(5): task/*\/schedstat, first field, ns). */
export function cpuMicros(pid: number): number {
  let nanos = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanos += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ', 1)[0])
    } catch {
      // The thread has just ended.
    }
  }
  return nanos / 1000
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
