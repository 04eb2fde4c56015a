/** A bucket on a store of the S3 protocol, and who may use it. */
export type S3Address = {
  /** What stands in front of the bucket: an origin, and a path at some stores. */
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly key: string
  readonly secret: string
}

const DEFAULT_REGION = 'us-east-1'

/**
 * `https://KEY:SECRET@host:port/bucket?region=eu-west-1`, all but the region needed. Of a path the last part is the
 * bucket. Undefined when it is none.
 */
export function parseS3Address(text: string): S3Address | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, host, pathname, username, password, searchParams } = new URL(text)
  const [, path = '', bucket = ''] = /^((?:\/[\w.-]+)*)\/([a-z\d][a-z\d.-]{1,61}[a-z\d])\/?$/.exec(pathname) ?? []
  if (!/^https?:$/.test(protocol) || bucket === '' || username === '' || password === '') return undefined
  return {
    endpoint: `${protocol}//${host}${path}`,
    bucket,
    region: searchParams.get('region') ?? DEFAULT_REGION,
    key: decodeURIComponent(username),
    secret: decodeURIComponent(password),
  }
}
