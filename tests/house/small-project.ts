import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT } from './files.ts'

const HOST = `
import './threads.ts'
import 'lmdb'
process.on('SIGTERM', () => process.exit(7))
process.on('SIGINT', () => process.exit(8))
console.log('listening on Node', process.version)
setInterval(() => {}, 60_000)
`

/** A project with our launchers and package files, but with sources that are built in a moment. */
export class SmallProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'snug-small-'))

  constructor() {
    for (const path of ['package.json', 'package-lock.json', 'node-host/launch', 'tests/launch']) {
      cpSync(join(ROOT, path), join(this.folder, path), { recursive: true })
    }
    this.write('node-host/main.ts', HOST)
    this.write('node-host/threads.ts', "console.log('threads')")
    this.write('node-host/connection-threads/thread.ts', '')
    this.write('node-host/store/inspect.ts', '')
    for (const name of ['backup/backup-program', 'backup/restore-program', 'doctor/program'])
      this.write(`node-host/${name}.ts`, '')
    this.write('workers/cloudflare/standalone.ts', 'export default {}')
    this.write('deploy/workerd/standalone.ts', '')
    this.write('web/index.html', '<script type="module" src="/main.ts"></script>')
    this.write('web/main.ts', "document.title = 'small'")
    this.#linkPackages()
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }

  /** One link for each package: an installation in here would replace the links, never what they lead to. */
  #linkPackages(): void {
    const packages = join(ROOT, 'node_modules')
    mkdirSync(join(this.folder, 'node_modules'))
    for (const name of readdirSync(packages)) {
      if (name !== 'lmdb') symlinkSync(join(packages, name), join(this.folder, 'node_modules', name))
    }
    this.write('node_modules/lmdb/index.js', "console.log('lmdb')")
  }
}
