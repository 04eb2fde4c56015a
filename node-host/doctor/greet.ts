import { WebSocket } from 'ws'
import { decodeDown, encodeUp } from '#protocol/codec.ts'
import { PROTOCOL_VERSIONS } from '#protocol/version.ts'
import { SOCKET_PATH } from '#workers/app.ts'
import { type Finding, fine, reasonOf, wrong } from './finding.ts'

const WITHIN_MS = 5_000

/** Opens a socket as the page does, and says hello. */
export async function greet(address: URL): Promise<Finding> {
  const url = new URL(SOCKET_PATH, address)
  url.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  try {
    const transport = await transportAt(url, address.origin)
    if (transport === 'https' || address.protocol !== 'https:') return fine('a socket gets through')
    const advice =
      'Have the front set X-Forwarded-Proto and X-Forwarded-For, and name it in --trusted-proxies if it is elsewhere.'
    return wrong('Snug does not know that people come by HTTPS, and refuses log-in', advice)
  } catch (error) {
    return wrong(`no socket gets through (${reasonOf(error)})`, `Have the front pass WebSockets on, at ${SOCKET_PATH}.`)
  }
}

/** As what the server takes the connection. */
function transportAt(url: URL, origin: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { origin, handshakeTimeout: WITHIN_MS })
    const timer = setTimeout(() => fail(new Error('nobody says welcome')), WITHIN_MS)
    const end = () => {
      clearTimeout(timer)
      socket.terminate()
    }
    const fail = (error: Error) => {
      end()
      reject(error)
    }
    socket.on('error', fail)
    socket.on('close', (code) => fail(new Error(`it was closed with ${code}`)))
    socket.on('open', () =>
      socket.send(encodeUp([{ type: 'hello', versions: [...PROTOCOL_VERSIONS], client: 'doctor' }])),
    )
    socket.on('message', (data) => {
      const frame = decodeDown(String(data))
      const welcome = 'ok' in frame ? frame.ok.find((event) => event.type === 'welcome') : undefined
      if (!welcome) return fail(new Error('it does not speak as Snug does'))
      end()
      resolve(welcome.transport)
    })
  })
}
