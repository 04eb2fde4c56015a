import { availableParallelism, setPriority } from 'node:os'
import { parseArgs } from 'node:util'
import { Coverage, table } from './coverage.ts'
import { runInThreads, type Told } from './crew.ts'

const USAGE = `Runs many seeds of the simulation, and says which fail.

  --seeds COUNT    how many (10000)
  --from SEED      the first of them (1): one that has failed is run again by --from SEED --seeds 1
  --threads COUNT  in so many threads (one for each core)
  --gently         only with what other programs leave of the machine
  --json           a line of JSON for each 50 seeds, instead of words
`

const MOST_TOLD = 30
const LEAST_PRIORITY = 19

type Options = {
  readonly from: number
  readonly seeds: number
  readonly threads: number
  readonly gently: boolean
  readonly json: boolean
}

function parse(): Options {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '10000' },
      from: { type: 'string', default: '1' },
      threads: { type: 'string', default: String(availableParallelism()) },
      gently: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(USAGE)
    process.exit()
  }
  const [from, seeds] = [positive('from', values.from), positive('seeds', values.seeds)]
  return { ...values, from, seeds, threads: positive('threads', values.threads) }
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new TypeError(`--${name} takes a whole number above 0, not ${text}`)
}

/** For people: how far it is, each failure as it comes, and in the end what was done. */
function inWords(seeds: number): (told: Told) => void {
  const [coverage, failed, began] = [new Coverage(), [] as number[], performance.now()]
  let done = 0
  return ({ first, last, counts, failures }) => {
    coverage.add(counts)
    for (const { seed, what } of failures) {
      failed.push(seed)
      if (failed.length <= MOST_TOLD) process.stdout.write(`\nseed ${seed}: ${what}\n`)
    }
    done += last - first + 1
    const each = ((performance.now() - began) / done).toFixed(1)
    process.stdout.write(`\r${done} of ${seeds} seeds, ${each} ms each, ${failed.length} failed `)
    if (done === seeds) process.stdout.write(`\n${table(coverage)}\n${failed.length > 0 ? `failed: ${failed}\n` : ''}`)
  }
}

function inJson(told: Told): void {
  process.stdout.write(`${JSON.stringify(told)}\n`)
}

function direct({ from, seeds, threads, gently, json }: Options): void {
  // The threads inherit it.
  if (gently) setPriority(LEAST_PRIORITY)
  const tell = json ? inJson : inWords(seeds)
  runInThreads({ first: from, last: from + seeds - 1 }, threads, (told) => {
    if (told.failures.length > 0) process.exitCode = 1
    tell(told)
  })
}

try {
  direct(parse())
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  process.exitCode = 2
}
