import type { Judge } from './proxy.ts'

export type Step = {
  readonly isAt: (command: string, key: string) => boolean
  /** Whether the command has been carried out, and only its answer is held up. */
  readonly isDone?: true
  /** It comes once for many commits. */
  readonly isRare?: true
}

/** The steps of a commit and what comes after it, each by what stands still there. */
export const STEPS_IN_ROOMS: Readonly<Record<string, Step>> = {
  'the record is not put yet': { isAt: (command, key) => command === 'set' && key.includes(':log:') },
  'the record is put, and the owner not asked for': { isAt: isOwnerAsked },
  'the record is put and the owner told, and nobody has heard of it': { isAt: isOwnerAsked, isDone: true },
  'the record is acknowledged, and none of its rows are there': { isAt: (_command, key) => key.includes(':chunks:') },
  'the timeline is named, and has no rows': {
    isAt: (command, key) => command === 'hmset' && key.includes(':timeline:'),
  },
  'the timeline is there, and the state is not named': { isAt: (_command, key) => key.includes(':keys:') },
  'the timeline is there, and the state is that of before': { isAt: isState },
  'the state is there, and nobody has heard of it': { isAt: isState, isDone: true },
  'how far the tables are is not said yet': { isAt: (_command, key) => key.endsWith(':heads'), isRare: true },
  'the records are not needed, and stand there yet': { isAt: (command) => command === 'unlink', isRare: true },
}

/** Where each commit sets an alarm, too. */
export const STEPS: Readonly<Record<string, Step>> = {
  ...STEPS_IN_ROOMS,
  'all rows are there, and the alarm is not': { isAt: isAlarm },
}

/** Calls `stop`, once, when the step is reached for the n-th time, the first being 0. */
export function stopAt({ isAt, isDone }: Step, n: number, stop: () => void): Judge {
  let before = n
  return ([name, key], command) => {
    const isNow = isAt(String(name).toLowerCase(), String(key)) && before-- === 0
    if (isNow && isDone) return { pass: command, answered: stop }
    if (isNow) stop()
    return { pass: command }
  }
}

function isOwnerAsked(command: string, key: string): boolean {
  return command === 'get' && key.endsWith(':owner')
}

function isState(command: string, key: string): boolean {
  return command === 'hmset' && key.includes(':rows:')
}

function isAlarm(command: string, key: string): boolean {
  return command === 'hmset' && key.endsWith(':alarms')
}
