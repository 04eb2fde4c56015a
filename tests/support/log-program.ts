import { openLog } from '#node-host/log.ts'
import { logSamples } from './workerd/log-samples.ts'

/** Writes the samples of a log to standard output, as node-host does. */
logSamples(openLog('info', false))
