/** The little XML of the S3 protocol that is read and written here. */

/** A part that has come in; with its SHA-256 (Base64) where the store has kept it. */
export type Part = {
  readonly number: number
  readonly bytes: number
  readonly etag: string
  readonly sha256: string | undefined
}

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
    sha256: textIn(part, 'ChecksumSHA256'),
  }))
  const next = textIn(xml, 'IsTruncated') === 'true' ? textIn(xml, 'NextPartNumberMarker') : undefined
  return { parts, next }
}

/** What makes one object of the parts. */
export function wholeOf(parts: readonly Part[]): string {
  return `<CompleteMultipartUpload>${parts.map(itemOf).join('')}</CompleteMultipartUpload>`
}

/** A store that has kept the hash of a part wants to be told it again. */
function itemOf({ number, etag, sha256 }: Part): string {
  const hash = sha256 === undefined ? '' : `<ChecksumSHA256>${sha256}</ChecksumSHA256>`
  return `<Part><PartNumber>${number}</PartNumber><ETag>${escaped(etag)}</ETag>${hash}</Part>`
}

function textIn(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.replace(REFERENCE, (_, name) => meant(name))
}

/** A mark stands by its name or by its number, as a store likes: a quotation mark is `&quot;`, `&#34;` or `&#x22;`. */
const REFERENCE = /&(\w+|#\d+|#x[\da-f]+);/gi
const MARKS: Readonly<Record<string, string>> = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'" }

function meant(reference: string): string {
  const [, hex, number] = /^#(x?)(.*)$/i.exec(reference) ?? []
  if (number === undefined) return MARKS[reference] ?? ''
  return String.fromCodePoint(Number.parseInt(number, hex ? 16 : 10))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}
