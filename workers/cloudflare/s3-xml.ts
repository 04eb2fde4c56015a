/** The little XML of the S3 protocol that is read and written here. */

/** A part that has come in. */
export type Part = { readonly number: number; readonly bytes: number; readonly etag: string }

/** What an upload of parts that has begun is called. */
export function uploadIn(xml: string): string {
  const upload = textIn(xml, 'UploadId')
  if (upload === undefined) throw new Error('the object store began an upload without a name')
  return upload
}

/** A page of the parts that have come in; `next` is where the following page begins. */
export function partsIn(xml: string): { readonly parts: Part[]; readonly next: string | undefined } {
  const parts = [...xml.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
    number: Number(textIn(part, 'PartNumber')),
    bytes: Number(textIn(part, 'Size')),
    etag: textIn(part, 'ETag') ?? '',
  }))
  const next = textIn(xml, 'IsTruncated') === 'true' ? textIn(xml, 'NextPartNumberMarker') : undefined
  return { parts, next }
}

/** What makes one object of the parts. */
export function wholeOf(parts: readonly Part[]): string {
  const items = parts.map(
    ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escaped(etag)}</ETag></Part>`,
  )
  return `<CompleteMultipartUpload>${items.join('')}</CompleteMultipartUpload>`
}

function textIn(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}
