import { handleSchema } from '#protocol/fields.ts'

/** What people type as a handle, as the server knows it: `@Alice ` is `alice`. */
export function cleanHandle(typed: string): string {
  return typed.trim().replace(/^@/, '').toLowerCase()
}

export function isHandle(text: string): boolean {
  return handleSchema.safeParse(text).success
}
