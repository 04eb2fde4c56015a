import { expect, test } from 'vitest'
import type { Log } from '#durable/ports/log.ts'
import { relog, type Stream } from './relog.ts'

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

test('an empty line says nothing', () => {
  expect(logged(' \u001b[0m')).toEqual([])
})

test('an invitation is in no log', () => {
  expect(JSON.stringify(logged('GET /join/abcdef 200 OK'))).not.toContain('abcdef')
})
