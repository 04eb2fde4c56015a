import { read } from '../house/files.ts'

/** What durable/SPEC.md allows: by the action in its first column, then by who. An empty cell is as the one to its left. */
export function roleTable(rule: 'R1' | 'R2'): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const [, after = ''] = read('durable/SPEC.md').split(`**${rule}**`)
  const [table = ''] = /^\|(?:.*\|\n)+/m.exec(after) ?? []
  const [head = [], , ...rows] = table.trim().split('\n').map(cellsOf)
  return new Map(rows.map(([action = '', ...cells]) => [nameOf(action), rowOf(head.slice(1), cells)]))
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}

/** Without what explains it. */
function nameOf(action: string): string {
  return /`(.*)`/.exec(action)?.[1] ?? action
}

function rowOf(roles: readonly string[], cells: readonly string[]): ReadonlyMap<string, string> {
  let last = ''
  return new Map(
    roles.map((role, i) => {
      last = cells[i] || last
      return [role, last]
    }),
  )
}
