/** scrypt (RFC 7914) outside the thread that calls it. Parameters: cost N, block size r, parallelism p. */
export interface Scrypt {
  derive(
    password: Uint8Array,
    salt: Uint8Array,
    parameters: { N: number; r: number; p: number; length: number },
  ): Promise<Uint8Array>
}
