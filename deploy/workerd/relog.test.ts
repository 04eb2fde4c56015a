import { expect, test } from 'vitest'
import type { Log } from '#durable/ports/log.ts'
import { reasonIn, relog, type Stream } from './relog.ts'

function logged(line: string, from: Stream = 'stdout'): unknown[] {
  const entries: unknown[] = []
  const take = (level: string) => (msg: string, fields?: object) => void entries.push({ level, msg, ...fields })
  const log: Log = { info: take('info'), warn: take('warn'), error: take('error') }
  relog(log, line, from)
  return entries
}

test('what the Worker logs stays what it is', () => {
  const entry = { level: 'warn', time: 1, msg: 'sends failed', room: 'g_1' }
  expect(logged(JSON.stringify(entry))).toEqual([{ level: 'warn', msg: 'sends failed', room: 'g_1' }])
})

test('other words come without colours, and as warnings where they were errors', () => {
  expect(logged('\u001b[32m⎔ Starting\u001b[39m ')).toEqual([
    { level: 'info', msg: 'workerd says', line: '⎔ Starting' },
  ])
  expect(logged('uncaught', 'stderr')).toEqual([{ level: 'warn', msg: 'workerd says', line: 'uncaught' }])
})

test('that a database cannot be used is said in words, without the addresses of workerd’s functions', () => {
  const line =
    'workerd/jsg/util.c++:320: error: e = workerd/util/sqlite.c++:914: failed: SQLite failed; ' +
    'dbErrorMessage(prepareResult, db) = file is not a database: SQLITE_NOTADB'
  expect(logged(line, 'stderr')).toEqual([
    {
      level: 'error',
      msg: 'an object cannot read or write its database',
      reason: 'file is not a database: SQLITE_NOTADB',
    },
  ])
  expect(logged('stack: /opt/workerd@3c63c30 /opt/workerd@68538f0; sentryTag = SENTRY_DO', 'stderr')).toEqual([])
})

test.each([
  ['dbErrorMessage(code, db) = disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_SHMSIZE)', undefined],
  [
    'SQLite failed; dbErrorMessage(code, db) = disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_SHMSIZE)',
    'disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_SHMSIZE)',
  ],
  ['✘ \u001b[41m[ERROR]\u001b[0m ENOSPC: no space left on device, write', 'ENOSPC: no space left on device, write'],
  [
    '*** Fatal uncaught kj::Exception: bind: Address already in use',
    '*** Fatal uncaught kj::Exception: bind: Address already in use',
  ],
  ['⎔ Starting local server...', undefined],
])('why nothing works is found in %s', (line, reason) => {
  expect(reasonIn(line, 'stderr')).toBe(reason)
})

test('an empty line says nothing', () => {
  expect(logged(' \u001b[0m')).toEqual([])
})

test('an invitation is in no log', () => {
  expect(JSON.stringify(logged('GET /join/abcdef 200 OK'))).not.toContain('abcdef')
})
