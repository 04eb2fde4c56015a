import { describe } from 'vitest'
import { count } from '../support/counts.ts'
import { killUnderLoad } from '../support/kill-under-load.ts'

describe('kill -9 under load, node-host', () => killUnderLoad('node-host', count(20, 1_000)))

/** Calls between actors cross threads. */
describe('kill -9 under load, node-host on two threads', () =>
  killUnderLoad('node-host', count(5, 250), { args: () => ['--threads', '2'] }))

describe('kill -9 under load, standalone workerd', () => killUnderLoad('standalone workerd', count(20, 200)))
