import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { expect, test } from 'vitest'
import { serveMetrics } from './metrics.ts'

const TEXT = { type: 'text/plain; version=0.0.4', text: 'up 1\n' }

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

async function statusFor(port: number, path: string, host: string): Promise<number | undefined> {
  const asking = request({ host: '127.0.0.1', port, path, headers: { host }, agent: false }).end()
  const [response] = await once(asking, 'response')
  response.resume()
  expect(response.headers).toMatchObject({ 'x-content-type-options': 'nosniff' })
  return response.statusCode
}

test('the port of the counters answers only who calls it by an address: no page whose name was made to lead here', async () => {
  const port = await freePort()
  const close = await serveMetrics(port, async () => TEXT)
  try {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, '[::1]:9000', '10.0.0.7'])
      expect([host, await statusFor(port, '/metrics', host)]).toEqual([host, 200])
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example'])
      expect([host, await statusFor(port, '/metrics', host)]).toEqual([host, 421])
    expect(await statusFor(port, '/', 'localhost')).toBe(404)
  } finally {
    close()
  }
})
