import { once } from 'node:events'
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { Listener } from './listener.ts'
import { serveMetrics } from './metrics.ts'

const TEXT = { type: 'text/plain; version=0.0.4', text: 'up 1\n' }

async function statusFor(port: number, path: string, host: string): Promise<number | undefined> {
  const asking = request({ host: '127.0.0.1', port, path, headers: { host }, agent: false }).end()
  const [response] = await once(asking, 'response')
  response.resume()
  expect(response.headers).toMatchObject({ 'x-content-type-options': 'nosniff' })
  return response.statusCode
}

test('the port of the counters answers only who calls it by an address: no page whose name was made to lead here', async () => {
  const listener = await Listener.open('127.0.0.1', 0)
  const { port } = listener.address
  serveMetrics(listener, async () => TEXT)
  try {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, '[::1]:9000', '10.0.0.7'])
      expect([host, await statusFor(port, '/metrics', host)]).toEqual([host, 200])
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example'])
      expect([host, await statusFor(port, '/metrics', host)]).toEqual([host, 421])
    expect(await statusFor(port, '/', 'localhost')).toBe(404)
  } finally {
    await listener.closeAll()
  }
})
