import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { toBase64Url } from '#protocol/ids.ts'
import { toUtf8 } from '#protocol/text.ts'

/** URLs that this host itself has made: nobody else can, and no part of one can be changed. */
export class SignedUrls {
  readonly #secret: Uint8Array

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** The path with its parameters and a signature that holds until `until` (ms), for one method. */
  sign(method: string, path: string, parameters: Readonly<Record<string, string>>, until: number): string {
    const query = new URLSearchParams({ ...parameters, until: String(until) })
    query.sort()
    query.set('signature', this.#signature(method, path, query))
    return `${path}?${query}`
  }

  /** The parameters of a URL that was made here for this method and has not expired. */
  open(method: string, path: string, query: URLSearchParams, now: number): Record<string, string> | undefined {
    const signed = new URLSearchParams(query)
    const signature = signed.get('signature') ?? ''
    signed.delete('signature')
    if (!isEqual(signature, this.#signature(method, path, signed))) return undefined
    return Number(signed.get('until')) >= now ? Object.fromEntries(signed) : undefined
  }

  #signature(method: string, path: string, query: URLSearchParams): string {
    return toBase64Url(hmac(sha256, this.#secret, toUtf8(`${method} ${path}?${query}`)))
  }
}

/** Takes as long for a guess that is nearly right as for any other. */
function isEqual(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < b.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}
