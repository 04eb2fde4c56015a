import type { Random } from '#durable/ports/random.ts'

export const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) }
