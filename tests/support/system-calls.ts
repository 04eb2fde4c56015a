import { readFile } from 'node:fs/promises'

/** What strace saw of one call: where in the trace it began and where it returned. */
export type SystemCall = {
  readonly name: string
  /** Arguments and result as strace writes them. */
  readonly text: string
  readonly began: number
  readonly returned: number
}

const LINE = /^(\d+) +(.*)$/
const RESUMED = /^<\.\.\. (\w+) resumed>(.*)$/
const UNFINISHED = ' <unfinished ...>'
/** What strace fills the rest of a call that it resumes with. */
const PADDING = /\) +(?== )/

/** Reads what `strace -f -o FILE` has written. Calls of different threads overlap: each keeps both of its lines. */
export async function readTrace(file: string): Promise<SystemCall[]> {
  const open = new Map<string, { text: string; began: number }>()
  const calls: SystemCall[] = []
  const lines = (await readFile(file, 'utf8')).split('\n')
  for (const [i, line] of lines.entries()) {
    const [, thread = '', said = ''] = LINE.exec(line) ?? []
    const resumed = RESUMED.exec(said)
    if (said.endsWith(UNFINISHED)) open.set(thread, { text: said.slice(0, -UNFINISHED.length), began: i })
    else if (resumed) {
      const call = open.get(thread)
      open.delete(thread)
      if (call) calls.push(callOf(call.text + resumed[2]?.replace(PADDING, ') '), call.began, i))
    } else if (said.includes('(')) calls.push(callOf(said, i, i))
  }
  return calls
}

function callOf(text: string, began: number, returned: number): SystemCall {
  return { name: text.slice(0, text.indexOf('(')), text, began, returned }
}
