import { median } from './measure/statistics.ts'
import type { Options } from './options.ts'
import { BareWs } from './servers/bare-ws.ts'
import type { Server, ServerName } from './servers/server.ts'
import { startSnug, visitSnug } from './servers/snug-site.ts'
import { RawSocket } from './sockets/raw-socket.ts'
import { FIGURES, type Figures, type Params, type Run, type Workload } from './workloads/workload.ts'

/** What the runs of one server with one set of parameters have come to. */
export type Row = {
  readonly workload: string
  readonly server: ServerName
  readonly params: Params
  readonly figures: Figures
  /** The same figures divided by those of the bare ws of the same run, and by those of the one that syncs. */
  readonly ratio: Figures | undefined
  readonly ratioToSync: Figures | undefined
  /** Of the Snug with two threads: to the one with one; of that on Redis: to the one on the embedded store. */
  readonly ratioToSnug: Figures | undefined
}

type Starters = Readonly<Record<ServerName, () => Promise<Server>>>

export function startersOf({ target, profiles }: Options): Starters {
  return {
    'bare-ws': () => BareWs.start('bare-ws'),
    'bare-ws-sync': () => BareWs.start('bare-ws-sync'),
    snug: target ? visitSnug(target) : () => startSnug(profiles),
    'snug-2-threads': () => startSnug(profiles, 'snug-2-threads'),
    'snug-redis': () => startSnug(profiles, 'snug-redis'),
  }
}

type Measured = Map<string, { server: ServerName; params: Params; figures: Figures }>

/** Runs one case on each server in turn, several times over. */
export async function runCase(workload: Workload, params: Params, options: Options, start: Starters): Promise<Row[]> {
  const runs: Measured[] = []
  if (workload.startsAfresh) {
    for (let i = 0; i < options.runs; i++) runs.push(...(await runInTurns(workload, params, options, start, 1)))
  } else runs.push(...(await runInTurns(workload, params, options, start, options.runs)))
  return rowsOf(workload.name, runs)
}

function rowsOf(workload: string, runs: readonly Measured[]): Row[] {
  return [...(runs[0]?.values() ?? [])].map((first): Row => {
    const of = (name: ServerName) => runs.map((run) => run.get(keyOf(name, first.params))?.figures)
    const own = of(first.server)
    const against = (name: ServerName) =>
      first.server !== name && of(name).every((figures) => figures !== undefined)
        ? medianFigures(own.map((figures, i) => divide(figures, of(name)[i])))
        : undefined
    const { server, params: measured } = first
    const rest = {
      ratio: against('bare-ws'),
      ratioToSync: against('bare-ws-sync'),
      ratioToSnug: server === 'snug-2-threads' || server === 'snug-redis' ? against('snug') : undefined,
    }
    return { workload, server, params: measured, figures: medianFigures(own), ...rest }
  })
}

/** Starts all servers, and measures one after another, so many times; what disturbs the machine disturbs all alike. */
async function runInTurns(
  workload: Workload,
  params: Params,
  options: Options,
  start: Starters,
  count: number,
): Promise<Measured[]> {
  const servers: Server[] = []
  const prepared: { readonly server: ServerName; readonly run: Run }[] = []
  try {
    for (const server of workload.servers.filter((name) => options.servers.includes(name))) {
      const started = await start[server]()
      servers.push(started)
      prepared.push({ server, run: await workload.prepare(started, params, options) })
    }
    const runs: Measured[] = []
    for (let i = 0; i < count; i++) runs.push(await runEach(prepared))
    return runs
  } finally {
    RawSocket.endAll()
    for (const server of servers) await server.stop()
  }
}

async function runEach(prepared: readonly { readonly server: ServerName; readonly run: Run }[]): Promise<Measured> {
  const measured: Measured = new Map()
  for (const { server, run } of prepared) {
    for (const result of await run()) measured.set(keyOf(server, result.params), { server, ...result })
  }
  return measured
}

function keyOf(server: ServerName, params: Params): string {
  return JSON.stringify([server, params])
}

function medianFigures(runs: readonly (Figures | undefined)[]): Figures {
  return figuresFrom((name) => median(runs.flatMap((figures) => figures?.[name] ?? [])))
}

function divide(figures: Figures | undefined, by: Figures | undefined): Figures {
  return figuresFrom((name) => (figures?.[name] ?? Number.NaN) / (by?.[name] ?? Number.NaN))
}

function figuresFrom(value: (name: (typeof FIGURES)[number]) => number): Figures {
  return Object.fromEntries(FIGURES.map((name) => [name, value(name)]).filter(([, number]) => Number.isFinite(number)))
}
