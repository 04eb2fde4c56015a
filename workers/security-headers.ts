import type { Context, MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

const NOTHING = ["'none'"]
const OWN = ["'self'"]

/**
 * What the page may load and do: its own files, sockets to the host it came from, pictures it made itself, and files of
 * people from where they lie.
 */
export function securityHeaders(objectsOrigin?: string): MiddlewareHandler {
  const objects = objectsOrigin === undefined ? [] : [objectsOrigin]
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: NOTHING,
      scriptSrc: OWN,
      styleSrc: OWN,
      fontSrc: OWN,
      imgSrc: ["'self'", 'data:', 'blob:', ...objects],
      mediaSrc: ["'self'", 'blob:', ...objects],
      workerSrc: OWN,
      manifestSrc: OWN,
      // Browsers before 2022 do not take 'self' to include sockets.
      connectSrc: ["'self'", ...objects, (c) => socketSource(c, 'ws'), (c) => socketSource(c, 'wss')],
      formAction: OWN,
      objectSrc: NOTHING,
      baseUri: NOTHING,
      frameAncestors: NOTHING,
      requireTrustedTypesFor: ["'script'"],
    },
    permissionsPolicy: {
      camera: ['self'],
      microphone: ['self'],
      displayCapture: ['self'],
      geolocation: [],
      payment: [],
      usb: [],
    },
    xFrameOptions: 'DENY',
    // It would bind every port of the machine's name. Whoever puts a TLS front before Snug says it there.
    strictTransportSecurity: false,
  })
}

/** The header comes from the client: what is no plain host name or address does not get into the policy. */
function socketSource(c: Context, scheme: 'ws' | 'wss'): string {
  const host = c.req.header('host') ?? ''
  return /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i.test(host) ? `${scheme}://${host}` : ''
}
