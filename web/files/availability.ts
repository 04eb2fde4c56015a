/** `not now`: the server, or the store where files lie, cannot be reached or does not answer as it should. */
export type Availability = 'there' | 'gone' | 'not now'

const WHOLE = 200
const STATUS_OF_GONE = [404, 410]
/** A file of no bytes has no first one. */
const NO_SUCH_RANGE = 416
/** Somebody waits, and has been told nothing yet. */
const PATIENCE_MS = 10_000

/** Whether what is at a URL can be had: its first byte is. A browser that saves a file says nothing where it cannot. */
export async function availabilityOf(url: string): Promise<Availability> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const answer = await fetch(url, { headers: { range: 'bytes=0-0' }, cache: 'no-store', signal })
    // A store that passes over the range sends all of it.
    if (answer.status === WHOLE) void answer.body?.cancel()
    if (isGone(answer)) return 'gone'
    return answer.ok || answer.status === NO_SUCH_RANGE ? 'there' : 'not now'
  } catch (error) {
    // Pages may not be allowed to look into another origin, and people are: that is refused at once.
    return isElsewhere(url) && !isTimeout(error) ? 'there' : 'not now'
  }
}

/** What was there once, and never will be again, as folders and stores say it. */
export function isGone({ status }: Response): boolean {
  return STATUS_OF_GONE.includes(status)
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError'
}

function isElsewhere(url: string): boolean {
  return new URL(url, location.href).origin !== location.origin
}
