import type { Machine } from './measure/machine.ts'
import type { Row } from './run.ts'
import { RAISED_LIMITS } from './servers/snug-site.ts'
import { FIGURES, type Figures, type Params } from './workloads/workload.ts'

/** These stand in every line, null where a workload has nothing to say of them. */
const ALWAYS = [
  'deliveries_per_s',
  'messages_per_s',
  'p50_ms',
  'p99_ms',
  'cpu_us_per_delivery',
  'cpu_us_per_message',
  'rss_kib_per_connection',
] as const satisfies readonly (typeof FIGURES)[number][]

/** What says how far figures can be trusted is no figure to divide. */
const NOT_DIVIDED: readonly string[] = [
  'generator_busy',
  'strangers_busy',
  'page_p50_to_small_room',
  'page_cpu_to_small_room',
  'cpu_balance',
  'messages_to_sets',
]

export interface Report {
  machine(machine: Machine): void
  rows(rows: readonly Row[]): void
  failed(workload: string, params: Params, error: string): void
}

/** One object a line. */
export const jsonReport: Report = {
  machine: (machine) => console.log(JSON.stringify({ workload: 'machine', ...machine, raised_limits: RAISED_LIMITS })),
  rows(rows) {
    for (const { workload, server, params, figures, ratio, ratioToSync, ratioToSnug } of rows) {
      const always = Object.fromEntries(ALWAYS.map((name) => [name, null]))
      const line = { workload, server, params, ...always, ...rounded(figures) }
      const ratios = { ratio: divided(ratio), ratio_to_sync: divided(ratioToSync) }
      const name = server === 'snug-redis' ? 'ratio_to_embedded' : 'ratio_to_one_thread'
      const toSnug = ratioToSnug === undefined ? {} : { [name]: divided(ratioToSnug) }
      console.log(JSON.stringify({ ...line, ...ratios, ...toSnug }))
    }
  },
  failed: (workload, params, error) => console.log(JSON.stringify({ workload, params, error })),
}

export const tableReport: Report = {
  machine({ cpu, cores, pinned, node, calibration_ms, fdatasync_p50_ms, fdatasync_p99_ms }) {
    const map = pinned === 'not pinned' ? pinned : `server on core ${pinned.server}, generator on ${pinned.generator}`
    console.log(`${cpu}, ${cores} cores, ${map}; node ${node}; calibration ${short(calibration_ms)} ms`)
    console.log(`fdatasync: ${short(fdatasync_p50_ms)} ms, 99 %: ${short(fdatasync_p99_ms)} ms`)
    const limits = Object.entries(RAISED_LIMITS).map(([name, value]) => `--${name} ${value}`)
    console.log(`Snug's limits are raised: ${limits.join(' ')}`)
  },
  rows(rows) {
    const [first] = rows
    if (!first) return
    const names = FIGURES.filter((name) => rows.some(({ figures }) => figures[name] !== undefined))
    const lines = rows.flatMap((row) => {
      const label = [row.server, ...Object.entries(row.params).map(([name, value]) => `${name}=${value}`)].join(' ')
      return [
        [label, ...names.map((name) => short(row.figures[name]))],
        ...comparison('  / bare-ws', row.ratio, names),
        ...comparison('  / bare-ws-sync', row.ratioToSync, names),
        ...comparison('  / snug', row.ratioToSnug, names),
      ]
    })
    console.log(`\n${table([[first.workload, ...names], ...lines])}`)
  },
  failed: (workload, params, error) => console.log(`\n${workload} ${JSON.stringify(params)} failed: ${error}`),
}

function comparison(
  label: string,
  ratio: Figures | undefined,
  names: typeof FIGURES | readonly (keyof Figures)[],
): string[][] {
  const figures = divided(ratio)
  if (figures === null) return []
  return [[label, ...names.map((name) => (figures[name] === undefined ? '' : `${short(figures[name])}x`))]]
}

function divided(ratio: Figures | undefined): Figures | null {
  if (ratio === undefined) return null
  return rounded(Object.fromEntries(Object.entries(ratio).filter(([name]) => !NOT_DIVIDED.includes(name))))
}

function rounded(figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))]))
}

function short(value: number | undefined): string {
  if (value === undefined) return ''
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? []
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return rows.map(line).join('\n')
}
