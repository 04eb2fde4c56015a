import type { Gateway } from '#durable/gateway/gateway.ts'
import type { Host } from '#durable/ports/host.ts'
import type { SocketId } from '#durable/ports/sockets.ts'
import entry, * as objects from '#workers/cloudflare/entry.ts'

/** Snug in workerd, with a gateway that fails when it is asked to. */
export class GatewayObject extends objects.GatewayObject {
  protected override make(id: string, host: Host): Gateway {
    const gateway = super.make(id, host)
    const received = gateway.received.bind(gateway)
    const noteOf = gateway.noteOf.bind(gateway)
    const withLongNotes = new Set<SocketId>()
    gateway.received = (socket, frame) => {
      if (frame === 'a fault') throw new Error('planted')
      if (frame === 'a note too long') withLongNotes.add(socket)
      received(socket, frame)
    }
    gateway.noteOf = (socket) => (withLongNotes.has(socket) ? 'x'.repeat(16 * 1024) : noteOf(socket))
    return gateway
  }
}

export { DirectoryObject, HasherObject, RoomObject, UserObject } from '#workers/cloudflare/entry.ts'

// biome-ignore lint/style/noDefaultExport: workerd takes the handlers of a Worker from it
export default entry
