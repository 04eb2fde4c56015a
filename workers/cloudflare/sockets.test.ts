import { type SocketsHost, socketsContract } from '#tests/contracts/sockets.ts'
import { openClientEnd } from '#tests/support/client-end.ts'
import { Workerd } from '#tests/support/workerd.ts'

async function probeInWorkerd(): Promise<SocketsHost> {
  const durableObjects = { GATEWAY: { className: 'GatewayObject', useSQLite: true } }
  const workerd = await Workerd.start('tests/support/workerd/socket-worker.ts', { durableObjects })
  return {
    connect: async () => openClientEnd((await workerd.url()).replace('http', 'ws')),
    forget: () => workerd.evict('GatewayObject', 'g0'),
    close: () => workerd.dispose(),
  }
}

socketsContract('a Durable Object', probeInWorkerd, 'sockets')
