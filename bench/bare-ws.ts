import { WebSocketServer } from 'ws'

/** The floor to compare with: a server that stores nothing and sends every frame it gets to everybody. Prints its port. */
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
server.on('connection', (socket) => {
  socket.on('message', (frame) => {
    for (const client of server.clients) client.send(frame, { binary: false })
  })
})
server.on('listening', () => console.log(JSON.stringify(server.address())))
