import type { Log } from '#durable/ports/log.ts'

/** What the suite of the Log port finds again in the log. */
export function logSamples(log: Log): void {
  log.info('plain')
  log.info('with fields', { text: 'é"\n', count: 3, list: ['a', 1], none: null, missing: undefined })
  log.warn('a warning', { count: 1 })
  log.error('an error', { error: new TypeError('outside', { cause: new Error('inside') }) })
  log.error('no error', { error: 'a mere text' })
  const ring: { self?: unknown } = {}
  ring.self = ring
  log.error('a ring', { error: new Error('fault of a ring', { cause: ring }), ring })
  log.warn('a large number', { count: 123456789n })
  log.info('the last')
}
