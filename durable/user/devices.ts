import type { DeviceId, UserId } from '#protocol/ids.ts'
import { toBase64Url } from '#protocol/ids.ts'
import { fingerprint } from '../identity.ts'
import type { Host } from '../ports/host.ts'
import type { Storage, Write } from '../ports/storage.ts'
import { type DeviceRow, deviceTable } from './rows.ts'

const SECRET_BYTES = 32
const NEWEST = 2

/** The devices of an account. A device's secret leaves once, inside its token; only the hash stays. */
export class Devices {
  readonly #rows = new Map<DeviceId, DeviceRow>()

  async load(storage: Storage): Promise<void> {
    for (const [device, row] of await deviceTable.all(storage)) this.#rows.set(device as DeviceId, row)
  }

  all(): [DeviceId, DeviceRow][] {
    return [...this.#rows]
  }

  has(device: DeviceId): boolean {
    return this.#rows.has(device)
  }

  /** Whether the secret is the device's. Comparing hashes of 256 random bits leaks nothing by its timing. */
  accepts(device: DeviceId, secret: string): boolean {
    return hashesOf(this.#rows.get(device)).includes(fingerprint(secret))
  }

  /** The device has shown which secret it holds: no other one is good any more. */
  settle(device: DeviceId, secret: string): Write[] {
    const row = this.#rows.get(device)
    if (!row?.earlier) return []
    const { earlier: _, ...rest } = row
    return [this.#put(device, { ...rest, secretHash: fingerprint(secret) })]
  }

  /**
   * Lets a device in, or gives it a new secret. The one it has shown, and the last ones, stay good until it shows one:
   * what asks for this may be a late repeat, whose answer nobody hears.
   */
  admit(
    user: UserId,
    device: DeviceId,
    name: string,
    { clock, random }: Pick<Host, 'clock' | 'random'>,
  ): { token: string; write: Write } {
    const secret = toBase64Url(random.bytes(SECRET_BYTES))
    const [oldest, ...others] = hashesOf(this.#rows.get(device))
    const earlier = oldest === undefined ? [] : [oldest, ...others.slice(-NEWEST)]
    const row = {
      name,
      secretHash: fingerprint(secret),
      createdAt: clock.now(),
      ...(earlier.length > 0 && { earlier }),
    }
    return { token: `${user}.${device}.${secret}`, write: this.#put(device, row) }
  }

  revoke(device: DeviceId): Write[] {
    return this.#rows.delete(device) ? [deviceTable.delete(device)] : []
  }

  #put(device: DeviceId, row: DeviceRow): Write {
    this.#rows.set(device, row)
    return deviceTable.put(device, row)
  }
}

/** The newest last. */
function hashesOf(row: DeviceRow | undefined): string[] {
  return row ? [...(row.earlier ?? []), row.secretHash] : []
}
