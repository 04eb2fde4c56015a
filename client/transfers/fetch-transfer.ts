import type { Bytes, Sending, Transfer } from '../ports/transfer.ts'

declare const AbortController: { new (): { readonly signal: unknown; abort(): void } }
declare function fetch(
  url: string,
  request: { method: 'PUT'; headers: Readonly<Record<string, string>>; body: ArrayBuffer; signal: unknown },
): Promise<{ readonly status: number }>

/** By the `fetch` of the platform, which tells no progress: for programs. */
export class FetchTransfer implements Transfer {
  readonly #base: string

  /** @param base of URLs without a host */
  constructor(base: string) {
    this.#base = base
  }

  put(
    url: string,
    headers: Readonly<Record<string, string>>,
    bytes: Bytes,
    onProgress: (sent: number) => void,
  ): Sending {
    const controller = new AbortController()
    const send = async () => {
      const request = { method: 'PUT', headers, body: await bytes.arrayBuffer(), signal: controller.signal } as const
      const { status } = await fetch(url.startsWith('/') ? this.#base + url : url, request)
      onProgress(bytes.size)
      return status
    }
    return { done: send(), cancel: () => controller.abort() }
  }
}
