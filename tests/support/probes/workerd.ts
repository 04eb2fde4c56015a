import type { ProbeHost } from '#tests/contracts/probe-host.ts'
import { type Answer, decode, encode } from '../workerd/wire.ts'
import { Workerd } from '../workerd.ts'

const durableObjects = {
  GATEWAY: { className: 'GatewayObject', useSQLite: true },
  USER: { className: 'UserObject', useSQLite: true },
  ROOM: { className: 'RoomObject', useSQLite: true },
  DIRECTORY: { className: 'DirectoryObject', useSQLite: true },
  HASHER: { className: 'HasherObject', useSQLite: true },
}

/** Probes on workerd, as the Durable Objects they would be at Cloudflare. */
export async function probesOnWorkerd(): Promise<ProbeHost> {
  const workerd = await Workerd.start('tests/support/workerd/probe-worker.ts', { durableObjects })
  return {
    async call({ kind, id }, method, args) {
      const body = encode({ id: 0, operation: method, args })
      const response = await fetch(`${await workerd.url()}/${kind}/${id}`, { method: 'POST', body })
      const answer = decode<Answer>(await response.text())
      if ('error' in answer) throw new Error(answer.error)
      return answer.result as Awaited<ReturnType<ProbeHost['call']>>
    },
    now: () => Date.now(),
    logged: (text) => workerd.logs.filter((line) => line.includes(text)),
    restart: () => workerd.restart(),
    close: () => workerd.dispose(),
  }
}
