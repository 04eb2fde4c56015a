import type { Server, ServerName } from '../servers/server.ts'

export type Params = Readonly<Record<string, number | string>>

/** What a line of the output can say; not every workload has something to say of each. */
export const FIGURES = [
  'deliveries_per_s',
  'messages_per_s',
  'p50_ms',
  'p99_ms',
  'cpu_us_per_delivery',
  'cpu_us_per_message',
  'rss_kib_per_connection',
  'pages_per_s',
  'cpu_us_per_page',
  'page_p50_to_small_room',
  'page_cpu_to_small_room',
  'cpu_balance',
  'p99_to_alone',
  'sets_per_s',
  'messages_to_sets',
  'log_ins_per_s',
  'cpu_us_per_log_in',
  'generator_busy',
  'strangers_busy',
] as const
type Figure = (typeof FIGURES)[number]
export type Figures = Readonly<Partial<Record<Figure, number>>>

/** One run may tell of several sets of parameters, which it has measured in turns. */
type Result<P extends Params = Params> = { readonly params: P; readonly figures: Figures }

export type Effort = {
  /** How long each run measures. */
  readonly seconds: number
  /** Numbers so small that the figures mean nothing: shows that everything works. */
  readonly isTiny: boolean
}

export type Run = () => Promise<readonly Result[]>

export interface Workload<P extends Params = Params> {
  readonly name: string
  /** In the order in which they are run. */
  readonly servers: readonly ServerName[]
  cases(isTiny: boolean): readonly P[]
  /** Whether each run needs servers that have just started; the others share theirs, and take turns. */
  readonly startsAfresh?: true
  /** Brings a server into the state to be measured, warm; each call of the answer is one run. */
  prepare(server: Server, params: P, effort: Effort): Promise<Run>
}

export const ALL_SERVERS = ['bare-ws', 'bare-ws-sync', 'snug'] as const
export const STORING_NOTHING = ['bare-ws', 'snug'] as const
export const BY_THREADS = ['bare-ws', 'snug', 'snug-2-threads'] as const
export const BY_STORE = ['snug', 'snug-redis'] as const
