import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HostProcess } from '../support/host-process.ts'
import { HOST_NAMES, startHost } from '../support/hosts.ts'

type Answer = { readonly status: number; readonly headers: NodeJS.Dict<string | string[]> }

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
}
const PAGE = { accept: 'text/html' }
const WRONG = { authorization: 'Bearer not-the-secret-of-anything' }

/** What is asked, with what it is answered on the hosts where that differs. */
const ASKED: readonly (readonly [
  method: string,
  path: string,
  headers: Record<string, string>,
  status: readonly number[],
])[] = [
  ['GET', '/', PAGE, [200]],
  ['GET', '/room/g_x', PAGE, [200]],
  ['HEAD', '/', PAGE, [200]],
  ['GET', '/healthz', {}, [200]],
  ['GET', '/nothing', {}, [404]],
  ['GET', '/assets/none.js', {}, [404]],
  ['GET', '/ws', {}, [426]],
  ['GET', '/metrics', WRONG, [404]],
  ['POST', '/claim', WRONG, [401, 404]],
  ['POST', '/drain', WRONG, [401, 404]],
  ['POST', '/', {}, [404]],
  ['OPTIONS', '/healthz', { origin: 'http://evil.example', 'access-control-request-method': 'GET' }, [404]],
  ['GET', '/ws', { ...UPGRADE, origin: 'http://evil.example' }, [403]],
  ['GET', '/healthz', { origin: 'http://evil.example', cookie: 'a=b' }, [200]],
]

describe.each(HOST_NAMES)('what %s answers over HTTP', (name) => {
  let host: HostProcess

  beforeAll(async () => {
    host = await startHost(name)
  })
  afterAll(() => host.dispose())

  test.each(ASKED)(
    '%s %s with %j says what may be done with it, and gives nothing to other pages',
    async (...asked) => {
      const [method, path, headers, statuses] = asked
      const answer = await ask(host.url + path, method, headers)
      expect(statuses).toContain(answer.status)
      expect(answer.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      expect(answer.headers['referrer-policy']).toBe('no-referrer')
      for (const header of ['set-cookie', 'access-control-allow-origin', 'x-powered-by'])
        expect([header, answer.headers[header]]).toEqual([header, undefined])
    },
  )

  test('whatever name it is called by, it is there, and its page may open a socket', async () => {
    const { port } = new URL(host.url)
    for (const called of ['snug.lan', `nas:${port}`, 'chat.example.org', '192.168.1.5:7684']) {
      expect((await ask(`${host.url}/`, 'GET', { ...PAGE, host: called })).status).toBe(200)
      expect(
        (await ask(`${host.url}/ws`, 'GET', { ...UPGRADE, host: called, origin: `http://${called}` })).status,
      ).toBe(101)
    }
  })
})

/** As it is: fetch would follow, add and hide. */
function ask(url: string, method: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers, agent: false })
    asking.once('response', (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, headers: response.headers })
    })
    asking.once('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: response.statusCode ?? 0, headers: response.headers })
    })
    asking.once('error', reject)
    asking.end()
  })
}
