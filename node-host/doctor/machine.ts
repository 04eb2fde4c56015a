import { readFile } from 'node:fs/promises'
import { type Check, fine, unknown, warning } from './finding.ts'

/** Of the log, the trees, the listener and what else is open. */
const FILES_BESIDE = 100

export const machine: Check = {
  name: 'machine',
  async run({ settings: { connections } }) {
    const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
    const most = /^Max open files\s+(\d+)/m.exec(limits)?.[1]
    if (most === undefined) return [unknown('how many files may be open', 'This system does not say.')]
    const what = `${most} files may be open, and ${connections} connections`
    if (Number(most) < connections + FILES_BESIDE)
      return [
        warning(what, `Raise the limit (LimitNOFILE= of systemd, ulimit -n), or give --connections a smaller number.`),
      ]
    return [fine(what)]
  },
}

/** Here so that nobody looks for it in vain. */
export const turn: Check = {
  name: 'turn',
  run: async () => [unknown('a TURN server', 'Snug has no calls yet, and needs none.')],
}
