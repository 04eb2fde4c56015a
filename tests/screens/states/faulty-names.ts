/** Names that look as good as any other, and one that does not. */
export const FAULTY_NAMES = { hidden: 'Ad\u200ba', stacked: `Ada${'\u0301'.repeat(9)}` } as const
