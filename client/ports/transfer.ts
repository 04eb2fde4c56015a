/** The bytes of a file, read piece by piece. A Blob is one. */
export interface Bytes {
  readonly size: number
  slice(start: number, end: number): Bytes
  arrayBuffer(): Promise<ArrayBuffer>
}

/** A PUT under way. */
export type Sending = {
  /** The HTTP status; rejects when the connection is lost, or it was cancelled. */
  readonly done: Promise<number>
  cancel(): void
}

/** Sends bytes to where files lie, past the connection to the server. */
export interface Transfer {
  /**
   * `onProgress` hears how many bytes have gone so far. From the first time on it is taken for a lost connection if that
   * does not grow for long: who cannot tell how much has gone is silent until all has.
   */
  put(url: string, headers: Readonly<Record<string, string>>, bytes: Bytes, onProgress: (sent: number) => void): Sending
}
