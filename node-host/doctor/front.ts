import * as z from 'zod/mini'
import { certificate } from './certificate.ts'
import { clockDifference } from './clock.ts'
import { type Check, type Finding, fine, unanswered, unknown, warning, wrong } from './finding.ts'
import { greet } from './greet.ts'

const WITHIN_MS = 5_000

/** The address at which people open Snug, as they reach it: through whatever stands before it. */
export const front: Check = {
  name: 'address',
  async run({ url }) {
    if (url === undefined)
      return [unknown('no address was given', 'Give --public-url, or --url, to have the way to people looked at.')]
    const address = new URL(url)
    if (address.protocol !== 'https:')
      return [
        wrong(
          `${url} is not HTTPS`,
          'Passwords would cross the network in the open: put HTTPS in front (docs/operating.md).',
        ),
        ...(await answers(address)),
      ]
    const found = await certificate(address)
    if (found.mark === 'wrong' || found.mark === 'unknown') return [found]
    return [found, ...(await answers(address)), ...(await redirects(address))]
  },
}

async function answers(address: URL): Promise<Finding[]> {
  const asked = performance.now()
  try {
    const answer = await ask(new URL('/healthz', address))
    const health = healthIn(await answer.text())
    if (health === undefined)
      return [
        wrong(`something else than Snug answers at ${address.origin} (${answer.status})`, 'Point the front at Snug.'),
      ]
    const isWell =
      health === 'ok' ? fine(`Snug answers at ${address.origin}`) : warning('Snug is stopping', 'Start it.')
    return [isWell, await page(address), await greet(address), ...clockDifference(address.host, answer, asked)]
  } catch (error) {
    const advice = 'Is the name in the DNS, the port open, the front and Snug running?'
    return [unanswered(error, `${address.origin} does not answer`, advice)]
  }
}

/** What protects the page has to get through. */
async function page(address: URL): Promise<Finding> {
  const { headers } = await ask(address)
  const policy = headers.get('content-security-policy') ?? ''
  if (policy.includes("default-src 'none'") && headers.get('x-content-type-options') === 'nosniff')
    return fine('the headers that protect the page get through')
  return wrong('the front takes away the headers that protect the page', 'Let it pass on what Snug answers, unchanged.')
}

async function redirects({ hostname, port }: URL): Promise<Finding[]> {
  if (port !== '' && port !== '443') return []
  try {
    const answer = await ask(new URL(`http://${hostname}/`))
    const leads = answer.headers.get('location')?.startsWith('https://') ?? false
    if (leads) return [fine('who comes by http is led to https')]
    return [warning(`http://${hostname} answers by itself`, 'Have the front lead from http to https.')]
  } catch {
    return [
      warning(`http://${hostname} does not answer`, 'Who types the name alone may come there first: open port 80.'),
    ]
  }
}

function ask(url: URL): Promise<Response> {
  const headers = { accept: 'text/html' }
  return fetch(url, { redirect: 'manual', headers, signal: AbortSignal.timeout(WITHIN_MS) })
}

function healthIn(text: string): string | undefined {
  try {
    return z.parse(z.object({ status: z.string() }), JSON.parse(text)).status
  } catch {
    return undefined
  }
}
