import { type ChildProcess, spawn } from 'node:child_process'
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder on a file system of its own that can be full, for programs that are started under it. */
export class SmallDisk {
  readonly folder: string
  /** What stands before a command that is to see the file system in the folder. */
  readonly under: readonly string[]
  readonly #holder: ChildProcess

  private constructor(folder: string, holder: ChildProcess) {
    this.folder = folder
    this.#holder = holder
    this.under = ['nsenter', '-t', String(holder.pid), '-U', '-m', '--preserve-credentials']
  }

  static async mount(kib: number): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'snug-small-'))
    const mount = `mount -t tmpfs -o size=${kib}k tmpfs "$0" && echo mounted && exec cat`
    const holder = spawn('unshare', ['-rm', 'sh', '-c', mount, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
    await new Promise((resolve, reject) => {
      holder.stdout.once('data', resolve)
      holder.once('exit', (code) => reject(new Error(`unshare ended with ${code}`)))
    })
    return new SmallDisk(folder, holder)
  }

  async fill(): Promise<void> {
    const piece = Buffer.alloc(4096)
    try {
      for (;;) await appendFile(this.#filler, piece)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    }
  }

  makeRoom(): Promise<void> {
    return rm(this.#filler)
  }

  /** All that stands in files of this folder on it. */
  async read(folder: string): Promise<string> {
    const path = join(this.#seen, folder)
    const files = (await readdir(path)).map((name) => readFile(join(path, name), 'latin1'))
    return (await Promise.all(files)).join('')
  }

  async unmount(): Promise<void> {
    const ended = new Promise((resolve) => this.#holder.once('exit', resolve))
    this.#holder.kill('SIGKILL')
    await ended
    await rm(this.folder, { recursive: true })
  }

  get #filler(): string {
    return join(this.#seen, 'filler')
  }

  /** The folder as whoever is under it sees it. */
  get #seen(): string {
    return join(`/proc/${this.#holder.pid}/root`, this.folder)
  }
}
