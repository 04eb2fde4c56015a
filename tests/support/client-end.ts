import { once } from 'node:events'
import WebSocket from 'ws'
import type { ClientEnd } from '#tests/contracts/sockets.ts'

/** The end of a real socket, open. */
export async function openClientEnd(url: string): Promise<ClientEnd> {
  const ws = new WebSocket(url)
  const frames: string[] = []
  let arrived = Promise.withResolvers<void>()
  ws.on('error', () => {})
  ws.on('message', (data, isBinary) => {
    frames.push(isBinary ? 'a binary frame' : String(data))
    arrived.resolve()
    arrived = Promise.withResolvers()
  })
  const closed = once(ws, 'close').then(([code, reason]) => [Number(code), String(reason)] as const)
  await once(ws, 'open')
  return {
    send: async (text) => ws.send(text),
    async next() {
      let frame = frames.shift()
      while (frame === undefined) {
        await arrived.promise
        frame = frames.shift()
      }
      return frame
    },
    left: () => frames,
    closed: () => closed,
    async close() {
      ws.close()
      await closed
    },
  }
}
