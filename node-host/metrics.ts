import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { parseRange } from '#workers/addresses.ts'
import type { Metrics } from '#workers/app.ts'
import { BARE_HEADERS } from '#workers/bare-headers.ts'
import type { Counters, Tally } from './counters.ts'
import { type Listener, refuseUpgrade } from './listener.ts'

const COMMITS_PER_BATCH = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
const WRITE_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5]

/** The host's counters for Prometheus, with event loop delay and memory. Loaded only where it is asked for. */
export function countersIn(counters: Counters, actorsInMemory: () => number): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const { gauge, counter, tally } = reading(registry)

  gauge('snug_sockets_open', 'Client sockets that are open', () => counters.socketsOpen)
  gauge('snug_stores_away', 'Servers of the store that do not take what is sent', () => counters.storesAway)
  gauge('snug_actors_in_memory', 'Actors in memory', actorsInMemory)
  counter('snug_sockets_opened_total', 'Client sockets opened', () => counters.socketsOpened)
  tally('snug_sockets_refused_total', 'Client sockets refused', ['reason'], counters.socketsRefused)
  counter('snug_frames_received_total', 'Frames received from clients', () => counters.framesReceived)
  counter('snug_frames_sent_total', 'Frames sent to clients', () => counters.framesSent)
  counter('snug_bytes_sent_total', 'Bytes of frames sent to clients', () => counters.bytesSent)
  tally('snug_calls_total', 'Calls between actors, by who was called', ['actor'], counters.calls)
  tally('snug_refusals_total', 'Calls between actors that were refused', ['kind'], counters.refusals)
  tally(
    'snug_rows_written_total',
    'Rows made durable; a message is one of a timeline',
    ['actor', 'table'],
    counters.rows,
  )
  observeStore(registry, counters)
  return registry
}

export async function textOf(registry: Registry): Promise<Metrics> {
  return { type: registry.contentType, text: await registry.metrics() }
}

/** Serves the counters to whoever asks. */
export function serveMetrics(listener: Listener, read: () => Promise<Metrics>): void {
  listener.serve({
    request: ({ url, headers }, response) => {
      const answer = (status: number, text = '', type: string = BARE_HEADERS['content-type']) =>
        response.writeHead(status, { ...BARE_HEADERS, 'content-type': type }).end(text)
      if (!isCalledByAddress(headers.host)) answer(421)
      else if (url !== '/metrics') answer(404)
      else {
        read().then(
          ({ type, text }) => answer(200, text, type),
          () => answer(500),
        )
      }
    },
    upgrade: (_request, stream) => refuseUpgrade(stream, 404, 'not here'),
  })
}

/**
 * A page of another site may have its own name lead here (DNS rebinding); it then calls this port by that name. Whoever
 * the counters are for says an address, or localhost.
 */
function isCalledByAddress(host: string | undefined): boolean {
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '') ?? ''
  return name === 'localhost' || parseRange(name) !== undefined
}

function observeStore(registry: Registry, counters: Counters): void {
  const registers = [registry]
  const commits = new Histogram({
    name: 'snug_batch_commits',
    help: 'Commits that one write to the commit log carried',
    buckets: COMMITS_PER_BATCH,
    registers,
  })
  const seconds = new Histogram({
    name: 'snug_batch_seconds',
    help: 'How long a write to the commit log took, with its sync',
    buckets: WRITE_SECONDS,
    registers,
  })
  const moves = new Histogram({
    name: 'snug_move_seconds',
    help: 'How long it took to move what the commit log held into the trees; where the log is far ahead, commits wait',
    buckets: WRITE_SECONDS,
    registers,
  })
  counters.onBatch = ({ changes, ms }) => {
    commits.observe(changes)
    seconds.observe(ms / 1000)
  }
  counters.onMove = ({ ms }) => moves.observe(ms / 1000)
}

/** Metrics that read a value when they are asked, instead of being told each time it changes. */
function reading(registry: Registry) {
  const registers = [registry]
  return {
    gauge(name: string, help: string, read: () => number): void {
      const metric: Gauge = new Gauge({ name, help, registers, collect: () => metric.set(read()) })
    },
    counter(name: string, help: string, read: () => number): void {
      const metric: Counter = new Counter({
        name,
        help,
        registers,
        collect() {
          metric.reset()
          metric.inc(read())
        },
      })
    },
    tally(name: string, help: string, labels: string[], counts: Tally): void {
      const metric: Counter = new Counter({
        name,
        help,
        registers,
        labelNames: labels,
        collect() {
          metric.reset()
          for (const [key, count] of counts.entries()) metric.inc(labelled(labels, key), count)
        },
      })
    },
  }
}

/** A tally's names hold the values of its labels, with spaces between. */
function labelled(labels: readonly string[], key: string): Record<string, string> {
  const values = key.split(' ')
  return Object.fromEntries(labels.map((label, i) => [label, values[i] ?? '']))
}
