/** Secure random bytes; ids are made of them. */
export type Random = (length: number) => Uint8Array

// Everywhere, also on pages without a secure context (where randomUUID and subtle are missing).
declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array }

export const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length))
