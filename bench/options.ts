import { parseArgs } from 'node:util'
import type { ServerName } from './servers/server.ts'
import type { Target } from './servers/snug-site.ts'
import { WORKLOADS } from './workloads/all.ts'
import { ALL_SERVERS, BY_STORE, BY_THREADS, type Effort, type Workload } from './workloads/workload.ts'

const SERVERS: readonly ServerName[] = [...new Set([...ALL_SERVERS, ...BY_THREADS, ...BY_STORE])]

export type Options = Effort & {
  readonly workloads: readonly Workload[]
  readonly runs: number
  readonly isJson: boolean
  readonly servers: readonly ServerName[]
  /** Only the cases with these parameters. */
  readonly only: ReadonlyMap<string, string>
  /** Parameters that every case gets instead of its own. */
  readonly set: ReadonlyMap<string, string>
  readonly target: Target | undefined
  readonly profiles: string | undefined
}

export const USAGE = `npm run bench -- [WORKLOAD ...] [flags]

Workloads: ${WORKLOADS.map(({ name }) => name).join(', ')} (all, where none is named).

  --json               one JSON object a line instead of tables
  --runs N             interleaved runs, of which the median counts (3)
  --seconds N          how long each run measures (3)
  --only K=V,K=V       only cases with these parameters, such as members=200,outstanding=16
  --set K=V,K=V        cases with these parameters instead of their own, such as members=1000
  --servers A,B        only these of ${SERVERS.join(', ')}
  --target URL         a Snug that runs already, instead of one that the bench starts; the others still run here
  --token TOKEN        there: the token of its owner
  --invitation LINK    there: the invitation of its owner, while it has none
  --pid PID            there: its process, where it runs on this machine
  --profile FOLDER     leaves a CPU profile of each Snug that the bench starts
  --tiny               numbers so small that they mean nothing: shows that everything works
`

/** Throws with a sentence where something cannot be understood. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: flag,
      tiny: flag,
      help: flag,
      runs: text,
      seconds: text,
      only: text,
      set: text,
      servers: text,
      target: text,
      token: text,
      invitation: text,
      pid: text,
      profile: text,
    },
  })
  if (values.help) return 'help'
  const { target, token, invitation, tiny: isTiny } = values
  const pid = values.pid === undefined ? undefined : positive('pid', values.pid)
  const workloads = positionals.length === 0 ? WORKLOADS : positionals.map(workloadOf)
  const known = new Set(workloads.flatMap((workload) => workload.cases(isTiny).flatMap(Object.keys)))
  return {
    workloads,
    runs: positive('runs', values.runs ?? (isTiny ? '1' : '3')),
    seconds: positive('seconds', values.seconds ?? (isTiny ? '0.1' : '3')),
    isTiny,
    isJson: values.json,
    servers: values.servers === undefined ? SERVERS : values.servers.split(',').map(serverOf),
    only: pairs(values.only, known),
    set: pairs(values.set, known),
    target: target === undefined ? undefined : { url: target, token, invitation, pid },
    profiles: values.profile,
  }
}

function pairs(list: string | undefined, known: ReadonlySet<string>): Map<string, string> {
  const given = new Map(list?.split(',').map((pair) => pair.split('=', 2) as [string, string]))
  for (const name of given.keys()) if (!known.has(name)) fail(`no case has a parameter ${name}`)
  return given
}

function workloadOf(name: string): Workload {
  return WORKLOADS.find((workload) => workload.name === name) ?? fail(`there is no workload ${name}`)
}

function serverOf(name: string): ServerName {
  return SERVERS.find((server) => server === name) ?? fail(`there is no server ${name}`)
}

function positive(name: string, text: string): number {
  const value = Number(text)
  return value > 0 ? value : fail(`--${name} takes a number above 0, not ${text}`)
}

function fail(sentence: string): never {
  throw new Error(sentence)
}
