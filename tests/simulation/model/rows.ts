import type { Key, Write } from '#durable/ports/storage.ts'
import { fromUtf8 } from '#protocol/text.ts'

/** The rows of a table as they are on the disk, decoded as they get there. */
export class Rows<Row> {
  readonly all = new Map<Key, Row>()

  write({ key, value }: Write): void {
    if (value) this.all.set(key, decode(value) as Row)
    else this.all.delete(key)
  }

  get(key: Key): Row | undefined {
    return this.all.get(key)
  }
}

export function decode(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? null : JSON.parse(fromUtf8(bytes))
}
