import type { S3Address } from '#workers/s3-address.ts'
import { clockDifference } from './clock.ts'
import { type Check, type Finding, fine, reasonOf, unanswered, unknown, wrong } from './finding.ts'

const CHECKSUM = 'x-amz-checksum-sha256'
const WITHIN_MS = 5_000

/** Where files are: the bucket, what it does with other bytes than were declared, and whether the page may ask it. */
export const objects: Check = {
  name: 'files',
  async run({ settings: { s3Url, s3PublicUrl, data }, url }) {
    if (s3Url === undefined) return [fine(`files are kept in ${data}/objects`)]
    const probed = await bucket(s3Url)
    if (probed.some(({ mark }) => mark === 'wrong')) return probed
    const reached = s3PublicUrl ?? s3Url.endpoint
    return [...probed, ...(await page(reached, s3Url, url))]
  },
}

async function bucket(address: S3Address): Promise<Finding[]> {
  const { probe } = await import('../object-store/probe.ts')
  const what = `the bucket ${address.bucket} at ${address.endpoint}`
  try {
    const { refusesOtherContent } = await probe(address, { makesBucket: false })
    return [
      fine(`${what} takes files`),
      refusesOtherContent
        ? fine('it refuses other bytes than were declared')
        : fine('it takes other bytes than were declared: each file is copied and read back once, and refused then'),
    ]
  } catch (error) {
    const advice = 'Start the store, or correct --s3-url; the first start of Snug makes the bucket.'
    return [wrong(`${what} cannot be used (${reasonOf(error)})`, advice)]
  }
}

async function page(reached: string, { bucket: name }: S3Address, url: string | undefined): Promise<Finding[]> {
  if (url === undefined)
    return [unknown('whether the page may ask the store', 'Give --public-url: CORS is for that address.')]
  const { origin } = new URL(url)
  const at = `${reached.replace(/\/$/, '')}/${name}/doctor`
  try {
    const asked = performance.now()
    const preflight = await fetch(at, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': CHECKSUM },
      signal: AbortSignal.timeout(WITHIN_MS),
    })
    const get = await fetch(at, { headers: { origin }, signal: AbortSignal.timeout(WITHIN_MS) })
    return [
      cors(preflight, get, origin),
      mixed(reached, url),
      clockDifference(`the store at ${reached}`, get, asked),
    ].flat()
  } catch (error) {
    const advice = 'Browsers send files there: open it to them, or say where they reach it with --s3-public-url.'
    return [unanswered(error, `${reached} cannot be reached`, advice)]
  }
}

function cors(preflight: Response, get: Response, origin: string): Finding {
  const allows = (answer: Response) => ['*', origin].includes(answer.headers.get('access-control-allow-origin') ?? '')
  const list = (header: string) => (preflight.headers.get(header) ?? '').toLowerCase().split(/,\s*/)
  const may = (header: string, value: string) => list(header).some((each) => each === '*' || each === value)
  const isWhole =
    preflight.ok &&
    allows(preflight) &&
    may('access-control-allow-methods', 'put') &&
    may('access-control-allow-headers', CHECKSUM)
  if (isWhole && allows(get)) return fine(`the page at ${origin} may send files there, and fetch them`)
  const lacks = isWhole ? 'GET' : `PUT with the header ${CHECKSUM}`
  return wrong(
    `the store does not let the page at ${origin} ask it`,
    `Set its CORS for ${origin}: ${lacks} (docs/stores.md).`,
  )
}

/** Browsers do not load from http what belongs to a page of https. */
function mixed(reached: string, url: string): Finding[] {
  if (!url.startsWith('https:') || reached.startsWith('https:')) return []
  return [wrong(`${reached} is not HTTPS, and the page is`, 'Put HTTPS before the store, and give --s3-public-url.')]
}
