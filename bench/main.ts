import { describeMachine } from './measure/machine.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { jsonReport, tableReport } from './report.ts'
import { runCase, startersOf } from './run.ts'
import type { Params, Workload } from './workloads/workload.ts'

async function bench(options: Options): Promise<void> {
  const report = options.isJson ? jsonReport : tableReport
  report.machine(describeMachine())
  const start = startersOf(options)
  for (const { workload, params } of casesOf(options)) {
    try {
      report.rows(await runCase(workload, params, options, start))
    } catch (error) {
      // The other cases are worth having all the same.
      process.exitCode = 1
      report.failed(workload.name, params, error instanceof Error ? error.message : String(error))
    }
  }
}

function casesOf(options: Options): { workload: Workload; params: Params }[] {
  return options.workloads.flatMap((workload) => paramsOf(workload, options).map((params) => ({ workload, params })))
}

function paramsOf(workload: Workload, { isTiny, only, set }: Options): Params[] {
  const cases = workload
    .cases(isTiny)
    .filter((params) => agrees(params, only))
    .map((params) => changed(params, set))
  return [...new Map(cases.map((params) => [JSON.stringify(params), params])).values()]
}

function agrees(params: Params, only: ReadonlyMap<string, string>): boolean {
  return Object.entries(params).every(([name, value]) => (only.get(name) ?? String(value)) === String(value))
}

function changed(params: Params, set: ReadonlyMap<string, string>): Params {
  const own = Object.entries(params).map(([name, value]) => {
    const text = set.get(name)
    return [name, text === undefined ? value : typeof value === 'number' ? Number(text) : text]
  })
  return Object.fromEntries(own)
}

/** Of a wrong flag a person wants to read a sentence, not a stack. */
function understood(args: readonly string[]): Options | 'help' {
  try {
    const options = readOptions(args)
    if (options !== 'help' && casesOf(options).length === 0) throw new Error('no case has these parameters')
    return options
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
    process.exit(2)
  }
}

const options = understood(process.argv.slice(2))
if (options === 'help') console.log(USAGE)
else {
  await bench(options)
  // Sockets and servers of the bench are of no further use.
  process.exit()
}
