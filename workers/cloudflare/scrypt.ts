import { scrypt as derive } from 'node:crypto'
import type { Scrypt } from '#durable/ports/scrypt.ts'

/** Runs on the thread of the object that calls it, which therefore does nothing else (see HasherObject). */
export const scrypt: Scrypt = {
  derive(password, salt, { N, r, p, length }) {
    // The default bound of 32 MiB is just what N = 2^15, r = 8 takes, without what it needs besides.
    const maxmem = 2 * 128 * N * r
    return new Promise((resolve, reject) => {
      derive(password, salt, length, { N, r, p, maxmem }, (error, key) => (error ? reject(error) : resolve(key)))
    })
  },
}
