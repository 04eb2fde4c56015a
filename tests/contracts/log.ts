import { beforeAll, describe, expect, test } from 'vitest'

/** A line of a log. How a level is called is the host's own. */
export type LogEntry = { readonly level: unknown; readonly msg: string; readonly time: number } & Record<
  string,
  unknown
>

export type LogUnderTest = {
  readonly levels: { readonly info: unknown; readonly warn: unknown; readonly error: unknown }
  /** Logs the samples (tests/support/workerd/log-samples.ts), and reads what has been written from the first to the last. */
  read(): Promise<readonly LogEntry[]>
}

/** Registers the suite of the Log port for one adapter. */
export function logContract(name: string, { levels, read }: LogUnderTest): void {
  describe(`log: ${name}`, () => {
    let entries: readonly LogEntry[] = []
    beforeAll(async () => {
      entries = await read()
    })
    const entry = (msg: string) => entries.find((each) => each.msg === msg)

    test('each entry is one line, in order, with its level and its time', () => {
      expect(entries.map(({ level, msg }) => [level, msg])).toEqual([
        [levels.info, 'plain'],
        [levels.info, 'with fields'],
        [levels.warn, 'a warning'],
        [levels.error, 'an error'],
        [levels.error, 'no error'],
        [levels.error, 'a ring'],
        [levels.warn, 'a large number'],
        [levels.info, 'the last'],
      ])
      const times = entries.map(({ time }) => time)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(times.filter((time) => Math.abs(Date.now() - time) > 60_000)).toEqual([])
    })

    test('fields stand beside the message', () => {
      expect(entry('with fields')).toMatchObject({ text: 'é"\n', count: 3, list: ['a', 1], none: null })
      expect(entry('with fields')).not.toHaveProperty('missing')
    })

    test('an error keeps its message, its stack and its cause', () => {
      expect(entry('an error')?.error).toMatchObject({
        message: expect.stringContaining('outside'),
        stack: expect.stringContaining('logSamples'),
      })
      const text = JSON.stringify(entry('an error'))
      for (const part of ['TypeError', 'outside', 'inside']) expect(text).toContain(part)
      expect(entry('no error')?.error).toBe('a mere text')
    })

    test('what JSON cannot hold is logged all the same, and throws nothing at whoever logs', () => {
      expect(JSON.stringify(entry('a ring'))).toContain('fault of a ring')
      expect(JSON.stringify(entry('a large number'))).toContain('123456789')
    })
  })
}
