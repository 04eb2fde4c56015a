const LONG = process.env.SNUG_LONG === '1'

/** How often to do a thing: `short` in `npm test`, `long` in `npm run test:long`. */
export function count(short: number, long: number): number {
  return LONG ? long : short
}
