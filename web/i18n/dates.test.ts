import { describe, expect, test } from 'vitest'
import { Dates } from './dates.ts'

/** Half past two in the afternoon, wherever the test runs. */
const NOW = new Date(2026, 10, 3, 14, 30).getTime()
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

const british = new Dates('en-GB')
const american = new Dates('en-US')
const chinese = new Dates('zh-CN')

test.each([british, american, chinese])('a time of day is written alike wherever one stands, %#', (dates) => {
  const early = new Date(2026, 10, 3, 9, 5).getTime()
  const time = dates.time(early)
  expect(dates.brief(early, NOW)).toBe(time)
  expect(dates.moment(early).endsWith(time)).toBe(true)
  expect(dates.shortMoment(early).endsWith(time)).toBe(true)
})

test.each([british, american, chinese])('a date with its year is written alike wherever one stands, %#', (dates) => {
  const earlier = new Date(2025, 4, 9, 9, 5).getTime()
  expect(dates.shortMoment(earlier).startsWith(dates.brief(earlier, NOW))).toBe(true)
  expect(dates.moment(earlier).startsWith(dates.day(earlier, NOW))).toBe(true)
})

describe('how long ago', () => {
  test.each([
    [0, '1 minute ago', '1分钟前'],
    [59 * MINUTE_MS, '59 minutes ago', '59分钟前'],
    [3 * 60 * MINUTE_MS, '3 hours ago', '3小时前'],
    [DAY_MS, 'yesterday', '昨天'],
    [6 * DAY_MS, '6 days ago', '6天前'],
    [7 * DAY_MS, '27 Oct', '10月27日'],
  ])('%i ms: %s', (passed, english, inChinese) => {
    expect(british.ago(NOW - passed, NOW)).toBe(english)
    expect(chinese.ago(NOW - passed, NOW)).toBe(inChinese)
  })
})
