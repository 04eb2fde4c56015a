/**
 * Whether people here type on the screen. A focus that nobody asked for would then open the keyboard over what they
 * read, and Enter has no Shift beside it.
 */
export function typesOnScreen(): boolean {
  return matchMedia('(pointer: coarse)').matches
}
