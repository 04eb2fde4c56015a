import { expect, test } from 'vitest'
import { partsIn, wholeOf } from './s3-xml.ts'

const page = (...parts: string[]) =>
  `<ListPartsResult>${parts.join('')}<IsTruncated>false</IsTruncated></ListPartsResult>`
const listed = (etag: string, more = '') =>
  `<Part><PartNumber>1</PartNumber><Size>7</Size><ETag>${etag}</ETag>${more}</Part>`

test.each(['&quot;abc&quot;', '&#34;abc&#34;', '&#x22;abc&#x22;', '"abc"'])(
  'a part listed with the tag %s is named by the same tag when the parts are joined',
  (etag) => {
    const { parts } = partsIn(page(listed(etag)))
    expect(parts).toEqual([{ number: 1, bytes: 7, etag: '"abc"', sha256: undefined }])
    expect(wholeOf(parts)).toContain('<PartNumber>1</PartNumber><ETag>&quot;abc&quot;</ETag></Part>')
  },
)

test('the hash of a part that a store has kept is told it again', () => {
  const { parts } = partsIn(page(listed('a', '<ChecksumSHA256>q+/=</ChecksumSHA256>')))
  expect(parts[0]?.sha256).toBe('q+/=')
  expect(wholeOf(parts)).toContain('<ETag>a</ETag><ChecksumSHA256>q+/=</ChecksumSHA256></Part>')
})
