import { type Outcome, ok, refuse } from '#protocol/errors.ts'
import type { Host } from '../ports/host.ts'
import type { Write } from '../ports/storage.ts'
import { PerMinute } from './per-minute.ts'

const MIB = 1024 * 1024

/** Whether a user may begin to send another file. */
export class UploadAllowance {
  readonly #host: Host
  readonly #uploads: PerMinute

  constructor(host: Host) {
    this.#host = host
    this.#uploads = new PerMinute('uploads', host.limits.uploadsPerMinute, host.clock.now())
  }

  load(): Promise<void> {
    const { storage, clock } = this.#host
    return this.#uploads.load(storage, clock.now())
  }

  /** What is to be committed with another file of so many bytes. */
  take(bytes: number, usage: number): Outcome<Write[]> {
    const { limits } = this.#host
    if (bytes > limits.fileMib * MIB) return refuse('too-large', 'larger than files may be here')
    if (usage + bytes > limits.userFilesMib * MIB) return refuse('limit-reached', 'no space left for this user')
    return this.again()
  }

  /** What is to be committed with another attempt to send a file: what came of those before lies there for a while. */
  again(): Outcome<Write[]> {
    const taken = this.#uploads.take(this.#host.clock.now())
    return 'write' in taken ? ok([taken.write]) : refuse('too-frequent', 'too many files', taken.waitMs)
  }
}
