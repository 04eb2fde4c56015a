import type { Commit } from '#durable/ports/storage.ts'
import type { DeviceRow, MembershipRow } from '#durable/user/rows.ts'
import type { InboxEntry } from '#protocol/inbox-entry.ts'
import { decode, Rows } from './rows.ts'
import type { Verdict } from './violation.ts'

/** What is durable of a user. */
export class UserTruth {
  readonly id: string
  readonly inbox: InboxEntry[] = []
  readonly rooms = new Rows<MembershipRow>()
  readonly devices = new Rows<DeviceRow>()
  readonly pending = new Map<string, Rows<unknown>>([
    ['outbox', new Rows()],
    ['agenda', new Rows()],
  ])
  readonly #verdict: Verdict

  constructor(id: string, verdict: Verdict) {
    this.id = id
    this.#verdict = verdict
  }

  apply({ writes }: Commit): void {
    for (const write of writes) {
      const { table, key, value } = write
      if (table === 'inbox' && value) {
        if (key !== this.inbox.length + 1)
          this.#verdict.violated('I2', `the inbox of ${this.id} gets ${key} where ${this.inbox.length + 1} is due`)
        this.inbox.push(decode(value) as InboxEntry)
      }
      if (table === 'rooms') this.rooms.write(write)
      if (table === 'devices') this.devices.write(write)
      this.pending.get(table)?.write(write)
    }
  }
}
