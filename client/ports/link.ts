/** What a link reports. Frames come only between `opened` and `closed`. */
export interface LinkEvents {
  opened(): void
  frame(text: string): void
  /** The WebSocket close code; 1006 when the connection was just lost. The link tries again by itself. */
  closed(code: number): void
}

/** A connection that keeps coming back, with pauses that grow, until it is stopped. */
export interface Link {
  start(events: LinkEvents): void
  /** Only while open; what is sent otherwise is dropped. */
  send(frame: string): void
  /** Drops the connection, if there is one, and connects again without waiting. */
  reconnect(): void
  stop(): void
}
