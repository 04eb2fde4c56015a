import { randomFillSync } from 'node:crypto'
import type { Random } from '#durable/ports/random.ts'

export const random: Random = { bytes: (length) => randomFillSync(new Uint8Array(length)) }
