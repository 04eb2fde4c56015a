import { type Refusal, refuse } from '#protocol/errors.ts'

/** A request was refused, by the server or because there is no connection (`retry`). */
export class RefusedError extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(`${refusal.kind}: ${refusal.reason}`)
    this.name = 'RefusedError'
    this.refusal = refusal
  }
}

export function offline(): RefusedError {
  return new RefusedError(refuse('retry', 'there is no connection to the server').refused)
}

/** As a server says it that is older than this client, and cannot read what it is asked. */
export function notUnderstood(): RefusedError {
  return new RefusedError(refuse('malformed', 'the server is too old for this').refused)
}

export function notLoggedIn(): RefusedError {
  return new RefusedError(refuse('not-logged-in', 'no account is logged in on this device').refused)
}
