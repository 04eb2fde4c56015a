import type { Clock } from '#durable/ports/clock.ts'

/** On workerd time stands still between two events of the outside. */
export const clock: Clock = { now: () => Date.now() }
