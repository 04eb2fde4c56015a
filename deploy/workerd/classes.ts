import { type FSWatcher, watch } from 'node:fs'
import { damaged } from '#node-host/store/damage.ts'
import { cannotUse } from '#node-host/store/folder.ts'
import { classFoldersIn, examineObjects } from './objects.ts'

export type ClassesOptions = {
  readonly data: string
  /** The folder in it that holds all objects. */
  readonly part: string
  /** What an earlier start has written down; undefined where none has. */
  readonly written: readonly string[] | undefined
  readonly write: (classes: readonly string[]) => Promise<void>
}

/**
 * The classes in which an object has stored something, by the names of their folders. To workerd a class without
 * databases is a new one, with nobody and nothing in it: that it was not is known by what is written down beside.
 */
export class StoredClasses {
  readonly #options: ClassesOptions
  readonly #watchers = new Map<string, FSWatcher>()
  #written: readonly string[] | undefined
  #writing: Promise<void> = Promise.resolve()
  /** The one behind that: it sees what all who ask meanwhile mean. */
  #due: Promise<void> | undefined

  constructor(options: ClassesOptions) {
    this.#options = options
    this.#written = options.written
  }

  /** Changes nothing. Throws a StartError where a class has lost everything, or holds what is no database. */
  async examine(): Promise<void> {
    const { data, part, written = [] } = this.#options
    const found = await examineObjects(data, part)
    const lost = written.find((each) => !found.includes(each))
    if (lost !== undefined) throw damaged(data, `what was stored in its folder ${lost} is missing`)
  }

  /** Writes down what there is. Throws a StartError where it cannot. */
  remember(): Promise<void> {
    this.#due ??= this.#writing.then(() => {
      this.#due = undefined
      return this.#remember()
    })
    this.#writing = this.#due.catch(() => {})
    return this.#due
  }

  /** Does so as soon as there is more: a launcher that is killed has no last moment for it. */
  async watch(): Promise<void> {
    const { data, part } = this.#options
    const folders = await classFoldersIn(data, part)
    for (const [name, path] of folders) if (!this.#written?.includes(name)) this.#watchClass(name, path)
  }

  /** Where there is no room to write it down, the next start does. */
  async end(): Promise<void> {
    for (const name of this.#watchers.keys()) this.#forget(name)
    await this.remember().catch(() => {})
  }

  #watchClass(name: string, path: string): void {
    try {
      const watcher = watch(path, { persistent: false }, () => void this.remember().catch(() => {}))
      watcher.on('error', () => this.#forget(name))
      this.#watchers.set(name, watcher)
    } catch {
      // The system watches no more folders: it is written down at the end.
    }
  }

  #forget(name: string): void {
    this.#watchers.get(name)?.close()
    this.#watchers.delete(name)
  }

  async #remember(): Promise<void> {
    const { data, part, write } = this.#options
    try {
      // With what was known before: what has been lost since is missing too.
      const classes = [...new Set([...(this.#written ?? []), ...(await examineObjects(data, part))])]
      if (classes.length !== this.#written?.length) await write(classes)
      this.#written = classes
    } catch (error) {
      throw cannotUse(data, error)
    }
    for (const name of this.#written) this.#forget(name)
  }
}
