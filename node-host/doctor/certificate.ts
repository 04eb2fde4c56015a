import { isIP } from 'node:net'
import { connect, type PeerCertificate } from 'node:tls'
import { type Finding, fine, unanswered, warning, wrong } from './finding.ts'

const WITHIN_MS = 5_000
const DAY_MS = 24 * 3_600_000
const SOON_MS = 14 * DAY_MS
/** Of the life of one that lives for some days only. */
const LAST_PART = 1 / 3

/** The certificate of an address with HTTPS: whether browsers take it, and for how long. */
export async function certificate({ hostname, port }: URL): Promise<Finding> {
  const host = hostname.replace(/^\[|\]$/g, '')
  try {
    const { refused, peer } = await handshake(host, Number(port || 443))
    if (refused !== undefined)
      return wrong(`browsers refuse the certificate of ${host} (${refused})`, 'Have the front ask for a new one.')
    return lasting(host, peer)
  } catch (error) {
    return unanswered(error, `no HTTPS at ${host}`, 'Start the front, and open its port.')
  }
}

function handshake(host: string, port: number): Promise<{ refused: string | undefined; peer: PeerCertificate }> {
  return new Promise((resolve, reject) => {
    const named = isIP(host) === 0 ? { servername: host } : {}
    const socket = connect({ host, port, ...named, rejectUnauthorized: false, timeout: WITHIN_MS })
    socket.once('error', reject)
    socket.once('timeout', () => socket.destroy(new Error('it does not answer')))
    socket.once('secureConnect', () => {
      const { authorizationError } = socket
      resolve({
        refused: authorizationError ? String(authorizationError) : undefined,
        peer: socket.getPeerCertificate(),
      })
      socket.destroy()
    })
  })
}

function lasting(host: string, { valid_from, valid_to }: PeerCertificate): Finding {
  const left = Date.parse(valid_to) - Date.now()
  const life = Date.parse(valid_to) - Date.parse(valid_from)
  const what = `the certificate of ${host} is good for ${Math.floor(left / DAY_MS)} more days`
  if (left < Math.min(SOON_MS, life * LAST_PART))
    return warning(what, 'It should have been renewed by now: look into the log of the front.')
  return fine(what)
}
