import { AggregatorRegistry, collectDefaultMetrics, type MetricObject, Registry } from 'prom-client'
import type { Metrics } from '#workers/app.ts'

/** What concerns the process as a whole: each thread would count it again. */
const OF_THE_PROCESS = /^process_/

/** One exposition of what all threads count: sums, and what else makes one number of several (prom-client knows). */
export function summedMetrics(ofThreads: () => Promise<MetricObject[][]>): () => Promise<Metrics> {
  const own = new Registry()
  collectDefaultMetrics({ register: own })
  return async () => {
    const ofProcess = (await own.getMetricsAsJSON()).filter(({ name }) => OF_THE_PROCESS.test(name))
    const threads = (await ofThreads()).map((metrics) => metrics.filter(({ name }) => !OF_THE_PROCESS.test(name)))
    const registry = AggregatorRegistry.aggregate([ofProcess, ...threads])
    return { type: registry.contentType, text: await registry.metrics() }
  }
}
