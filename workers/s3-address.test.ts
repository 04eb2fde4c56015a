import { expect, test } from 'vitest'
import { parseS3Address } from './s3-address.ts'

test.each([
  ['http://key:secret@127.0.0.1:9000/snug', { endpoint: 'http://127.0.0.1:9000', bucket: 'snug', region: 'us-east-1' }],
  ['https://key:secret@s3.test/snug/?region=auto', { endpoint: 'https://s3.test', bucket: 'snug', region: 'auto' }],
  ['https://key:secret@files.test/a/s3/snug', { endpoint: 'https://files.test/a/s3', bucket: 'snug' }],
  ['https://a%2Fb:c%40d@s3.test/snug', { key: 'a/b', secret: 'c@d' }],
])('%s is where a bucket is', (url, address) => {
  expect(parseS3Address(url)).toMatchObject(address)
})

test.each([
  's3.test/snug',
  'https://s3.test/snug',
  'https://key@s3.test/snug',
  'https://key:secret@s3.test/',
  'https://key:secret@s3.test/S',
  'ftp://key:secret@s3.test/snug',
])('%s is no address of a bucket', (url) => {
  expect(parseS3Address(url)).toBeUndefined()
})
