import type { Bytes, Sending, Transfer } from '#client/index.ts'

/** By XMLHttpRequest, which alone tells how much of an upload has gone. */
export const xhrTransfer: Transfer = {
  put(
    url: string,
    headers: Readonly<Record<string, string>>,
    bytes: Bytes,
    onProgress: (sent: number) => void,
  ): Sending {
    const request = new XMLHttpRequest()
    request.open('PUT', url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    const done = new Promise<number>((resolve, reject) => {
      request.upload.onprogress = ({ loaded }) => onProgress(loaded)
      request.onload = () => resolve(request.status)
      request.onerror = request.onabort = () => reject(new Error('the upload was cut off'))
    })
    // A page keeps the bytes of files as Blobs, and nothing else.
    request.send(bytes as unknown as Blob)
    // Also a store that does not even take the connection is one that is silent.
    onProgress(0)
    return { done, cancel: () => request.abort() }
  },
}
