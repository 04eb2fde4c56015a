const STEPS = 12
const DEGREES = 360

/** A colour that belongs to an id, the same on every device: an angle on the colour wheel. */
export function hueOf(id: string): number {
  let sum = 0
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003
  return (sum % STEPS) * (DEGREES / STEPS)
}
