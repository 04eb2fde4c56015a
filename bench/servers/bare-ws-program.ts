import { fdatasyncSync, openSync, writeSync } from 'node:fs'
import { type WebSocket, WebSocketServer } from 'ws'
import { PAGE_SIZE, TEXT } from './server.ts'

/**
 * The floor to compare with: `ws` as one would use it for a chat, in its favour. A message is parsed once and encoded
 * once, sent to each socket of its room, not compressed; nothing is checked or stored. With a file as parameter what one
 * turn brings is appended to it and synced once before anybody hears of it. Prints its port.
 */
type Posted = { readonly by: string; readonly n: number; readonly text: string }

const [, , file] = process.argv
const log = file === undefined ? undefined : openSync(file, 'a')
const rooms = new Map<string, Set<WebSocket>>()
const page = Buffer.from(
  JSON.stringify({
    type: 'page',
    records: Array.from({ length: PAGE_SIZE }, (_, n) => encode('1', { by: '1', n, text: TEXT })),
  }),
)
let waiting: { room: string; bytes: Buffer }[] = []

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
server.on('connection', (socket, request) => {
  const room = request.url ?? ''
  const sockets = rooms.get(room) ?? new Set()
  rooms.set(room, sockets.add(socket))
  socket.on('close', () => sockets.delete(socket))
  socket.on('message', (frame) => {
    const said = JSON.parse(frame.toString())
    if (said.type === 'history') socket.send(page, { binary: false })
    else post(room, Buffer.from(JSON.stringify(encode(room, said))))
  })
})
server.on('listening', () => console.log(JSON.stringify(server.address())))

function encode(room: string, { by, n, text }: Posted) {
  return { type: 'message', room, by, n, at: Date.now(), text }
}

function post(room: string, bytes: Buffer): void {
  if (log === undefined) return deliver(room, bytes)
  if (waiting.length === 0) setImmediate(store, log)
  waiting.push({ room, bytes })
}

function store(to: number): void {
  const batch = waiting
  waiting = []
  writeSync(to, Buffer.concat(batch.map(({ bytes }) => bytes)))
  fdatasyncSync(to)
  for (const { room, bytes } of batch) deliver(room, bytes)
}

function deliver(room: string, bytes: Buffer): void {
  for (const socket of rooms.get(room) ?? []) socket.send(bytes, { binary: false })
}
