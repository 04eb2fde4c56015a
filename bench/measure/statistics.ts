export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** The nearest rank; of an even number of values the lower one in the middle. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(Math.ceil((sorted.length * percent) / 100) - 1, 0)] ?? Number.NaN
}
