import { type Carry, Way } from './way.ts'

/** An address of the documentation range: nobody's. */
const ELSEWHERE = '198.51.100.7'

/** A front on this machine through which people reach a host over plain http as if they came from elsewhere. */
export function openFront(host: string): Promise<Way> {
  return Way.to(host, asFromElsewhere)
}

/** The first request of a connection gets the header: for a WebSocket that is the one that matters. */
const asFromElsewhere: Carry = (client, host) => {
  client.once('data', (head) => {
    const lineEnds = head.indexOf('\r\n') + 2
    host.write(head.subarray(0, lineEnds))
    host.write(`X-Forwarded-For: ${ELSEWHERE}\r\n`)
    host.write(head.subarray(lineEnds))
    client.pipe(host)
  })
  host.pipe(client)
}
