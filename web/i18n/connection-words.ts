import type { Connection } from '#client/index.ts'
import type { Messages } from './messages.ts'

/** The state of the connection as a person should read it. `online` is what the device says of its network. */
export function connectionWords(connection: Connection, online: boolean, t: Messages): string {
  switch (connection.status) {
    case 'stopped':
      return t.connection.stopped
    case 'connecting':
      return online ? t.connection.connecting : t.connection.offline
    case 'waiting':
      return online ? t.connection.waiting : t.connection.offline
    case 'catching-up':
      return t.connection.catchingUp
    case 'stalled':
      return t.connection.stalled
    case 'live':
      return t.connection.live
    case 'refused':
      return refusedWords(connection.refusal.kind, t)
  }
}

function refusedWords(kind: string, t: Messages): string {
  if (kind === 'unsupported-version') return t.connection.update
  if (kind === 'insecure-connection') return t.connection.insecure
  if (kind === 'not-found') return t.connection.unknown
  return t.connection.refused
}
