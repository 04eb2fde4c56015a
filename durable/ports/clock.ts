/** The host's wall clock, in ms. Used for display and expiry, never for order. */
export interface Clock {
  now(): number
}
