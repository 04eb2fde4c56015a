/** The one of the words that somebody who wrote this most likely meant; undefined where none is near. */
export function nearest(written: string, words: readonly string[]): string | undefined {
  const within = Math.max(1, Math.floor(written.length / 3))
  const found = words.map((word) => ({ word, slips: slipsBetween(written, word) }))
  return found.filter(({ slips }) => slips <= within).toSorted((a, b) => a.slips - b.slips)[0]?.word
}

/** How many letters were left out, put in, taken for others, or written in each other's place. */
function slipsBetween(written: string, meant: string): number {
  let before: number[] = []
  let last = Array.from({ length: meant.length + 1 }, (_, j) => j)
  for (let i = 1; i <= written.length; i++) {
    const row = [i]
    for (let j = 1; j <= meant.length; j++) {
      const isOther = written[i - 1] === meant[j - 1] ? 0 : 1
      row[j] = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + isOther)
      const isTurned = i > 1 && j > 1 && written[i - 1] === meant[j - 2] && written[i - 2] === meant[j - 1]
      if (isTurned) row[j] = Math.min(at(row, j), at(before, j - 2) + 1)
    }
    before = last
    last = row
  }
  return at(last, meant.length)
}

function at(row: readonly number[], place: number): number {
  return row[place] ?? Number.POSITIVE_INFINITY
}
