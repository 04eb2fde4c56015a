import { Way } from './way.ts'

const REQUEST = /^([A-Z]+) ([^\s?]+)\S* HTTP\/1\.1\r$/gm

/** A way to a server on this machine on which every request is noted in `asked`, as `GET /path`. */
export function overhear(origin: string, asked: string[]): Promise<Way> {
  return Way.to(origin, (client, server) => {
    client.on('data', (bytes) => {
      for (const [, method, path] of bytes.toString('latin1').matchAll(REQUEST)) asked.push(`${method} ${path}`)
    })
    client.pipe(server)
    server.pipe(client)
  })
}
