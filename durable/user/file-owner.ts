import type * as z from 'zod/mini'
import type { Outcome } from '#protocol/errors.ts'
import type { Declaration } from '#protocol/file.ts'
import type { FileId, RoomId, UserId } from '#protocol/ids.ts'
import type { NamedFile } from '#protocol/up/send.ts'
import { DoomedObjects } from '../doomed-objects.ts'
import type { Host } from '../ports/host.ts'
import type { SignedPut } from '../ports/object-store.ts'
import type { Write } from '../ports/storage.ts'
import { Publisher } from '../publisher.ts'
import type { Effect } from './effects.ts'
import { FileKeeper } from './file-keeper.ts'
import type { FileState } from './file-states.ts'
import type { KeptFile } from './kept-file.ts'

type FileTask = 'files' | 'objects'

/** The part of a user that has files. */
export abstract class FileOwner extends Publisher<Effect, FileTask> {
  readonly #doomed: DoomedObjects
  readonly #files: FileKeeper

  constructor(id: string, host: Host, effects: z.ZodMiniType<Effect>) {
    super(id, host, effects)
    const commit = (writes: readonly Write[]) => this.commit(writes)
    this.#doomed = new DoomedObjects({ host, agenda: this.agenda, commit })
    this.#files = new FileKeeper({
      user: id as UserId,
      host,
      doomed: this.#doomed,
      change: async (writes, given = []) => {
        await this.change(writes, given)
        this.inBackground(this.#doomed.deleteSome())
      },
      agenda: this.agenda,
    })
  }

  override async load(): Promise<void> {
    await super.load()
    await this.#doomed.load(this.host.storage)
    await this.#files.load()
  }

  declareFile(declaration: Declaration): Promise<Outcome<FileState>> {
    return this.#files.declare(declaration)
  }

  signUpload(file: FileId, parts?: readonly number[]): Promise<Outcome<SignedPut[]>> {
    return this.#files.sign(file, parts)
  }

  finishUpload(file: FileId): Promise<Outcome<FileState>> {
    return this.#files.finish(file)
  }

  dropFile(file: FileId): Promise<Outcome<null>> {
    return this.#files.drop(file)
  }

  attachFiles(room: RoomId, named: readonly NamedFile[]): Promise<Outcome<KeptFile[]>> {
    return this.#files.attach(room, named)
  }

  fileReleased(file: FileId): Promise<Outcome<null>> {
    return this.#files.released(file)
  }

  protected override async perform(task: FileTask | Parameters<Publisher<Effect>['perform']>[0]): Promise<void> {
    switch (task) {
      case 'files':
        return this.#files.look()
      case 'objects':
        return this.#doomed.deleteSome()
      default:
        return super.perform(task)
    }
  }
}
