const LONG = process.env.SNUG_LONG === '1'

/** How often to do a thing, or how much of it: `short` in `npm test`, `long` in `npm run test:long`. */
export function count<Amount>(short: Amount, long: Amount): Amount {
  return LONG ? long : short
}
