import { lineFaults, newNameSchema } from '#protocol/fields.ts'

/** Why a name, of somebody or of a group, cannot be had. `length`: there is nothing, or too much. */
export type NameFault = 'length' | keyof typeof lineFaults

export function nameFault(name: string): NameFault | undefined {
  const { error } = newNameSchema.safeParse(name)
  if (!error) return undefined
  const reasons = error.issues.map(({ message }) => message)
  if (reasons.includes(lineFaults.hidden)) return 'hidden'
  return reasons.includes(lineFaults.stacked) ? 'stacked' : 'length'
}
