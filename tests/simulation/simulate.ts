import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { type Counts, Coverage, table } from './coverage.ts'
import { runSeeds } from './seeds.ts'

/**
 * Runs many seeds from the command line: `npm run simulate -- --seeds 1000000`. One failing seed is run again by
 * `--from SEED --seeds 1`.
 */

const SEEDS_AT_ONCE = 50
const MOST_TOLD = 30

type Stretch = { readonly first: number; readonly last: number }
type Told = Stretch & { readonly counts: Counts; readonly failures: { seed: number; what: string }[] }

async function work({ first, last }: Stretch): Promise<void> {
  const { counts, failures } = await runSeeds(first, last)
  const told = failures.map(({ seed, error }) => ({ seed, what: error.stack ?? error.message }))
  parentPort?.postMessage({ first, last, counts, failures: told } satisfies Told)
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  process.stderr.write(`--${name} takes a whole number above 0, not ${text}\n`)
  process.exit(2)
}

function direct(): void {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '10000' },
      from: { type: 'string', default: '1' },
      workers: { type: 'string', default: String(availableParallelism()) },
    },
  })
  const [from, seeds] = [positive('from', values.from), positive('seeds', values.seeds)]
  const workers = positive('workers', values.workers)
  const [coverage, failed, began] = [new Coverage(), [] as number[], performance.now()]
  let next = from
  let done = 0

  const hand = (worker: Worker) => {
    if (next >= from + seeds) return void worker.terminate()
    const last = Math.min(next + SEEDS_AT_ONCE, from + seeds) - 1
    worker.postMessage({ first: next, last } satisfies Stretch)
    next = last + 1
  }
  const take = ({ first, last, counts, failures }: Told) => {
    coverage.add(counts)
    for (const { seed, what } of failures) {
      failed.push(seed)
      process.exitCode = 1
      if (failed.length <= MOST_TOLD) process.stdout.write(`\nseed ${seed}: ${what}\n`)
    }
    done += last - first + 1
    const each = ((performance.now() - began) / done).toFixed(1)
    process.stdout.write(`\r${done} of ${seeds} seeds, ${each} ms each, ${failed.length} failed `)
    if (done === seeds) process.stdout.write(`\n${table(coverage)}\n${failed.length > 0 ? `failed: ${failed}\n` : ''}`)
  }

  for (let i = 0; i < workers; i++) {
    const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) })
    worker.on('message', (told: Told) => {
      take(told)
      hand(worker)
    })
    hand(worker)
  }
}

if (isMainThread) direct()
else parentPort?.on('message', (stretch: Stretch) => void work(stretch))
