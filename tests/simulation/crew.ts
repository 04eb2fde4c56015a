import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import type { Counts } from './coverage.ts'
import { runSeeds } from './seeds.ts'

/** Consecutive seeds. */
export type Stretch = { readonly first: number; readonly last: number }

/** What came of them. */
export type Told = Stretch & {
  readonly counts: Counts
  readonly failures: readonly { readonly seed: number; readonly what: string }[]
}

export const SEEDS_AT_ONCE = 50

/** Runs seeds in several threads, a stretch at a time, and tells of each stretch as it ends. */
export function runInThreads(seeds: Stretch, threads: number, take: (told: Told) => void): void {
  let next = seeds.first
  const hand = (worker: Worker) => {
    if (next > seeds.last) return void worker.terminate()
    const last = Math.min(next + SEEDS_AT_ONCE - 1, seeds.last)
    worker.postMessage({ first: next, last } satisfies Stretch)
    next = last + 1
  }
  for (let i = 0; i < threads; i++) {
    const worker = new Worker(new URL(import.meta.url))
    worker.on('message', (told: Told) => {
      take(told)
      hand(worker)
    })
    hand(worker)
  }
}

async function work({ first, last }: Stretch): Promise<Told> {
  const { counts, failures } = await runSeeds(first, last)
  const told = failures.map(({ seed, error }) => ({ seed, what: error.stack ?? error.message }))
  return { first, last, counts, failures: told }
}

if (!isMainThread && parentPort) {
  const port = parentPort
  port.on('message', async (stretch: Stretch) => port.postMessage(await work(stretch)))
}
