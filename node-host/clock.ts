import type { Clock } from '#durable/ports/clock.ts'

export const clock: Clock = { now: () => Date.now() }
