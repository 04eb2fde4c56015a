import { readFile } from 'node:fs/promises'
import type { HostProcess } from './host-process.ts'

/** MiB in memory of whoever holds the actors; mapped files are the kernel's to drop. */
export async function memoryOf(host: HostProcess): Promise<number> {
  const pid = (await host.pids()).at(-1)
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}
