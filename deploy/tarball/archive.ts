import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { CACHE, ROOT } from '#node-host/launch/paths.mjs'
import type { Contents } from './contents.ts'

const run = promisify(execFile)

/**
 * Writes the files as `NAME.tar.gz` into a folder, in one folder NAME. The same files at the same commit give the same
 * bytes.
 *
 * @returns the path of the archive
 */
export async function archive(contents: Contents, name: string, folder: string): Promise<string> {
  const stage = join(CACHE, 'release', `stage-${process.pid}`)
  rmSync(stage, { recursive: true, force: true })
  try {
    place(contents, join(stage, name))
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `${name}.tar.gz`)
    const equal = [
      '--sort=name',
      '--format=gnu',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=u+rwX,go+rX,go-w',
    ]
    const packer = '--use-compress-program=gzip --no-name'
    await run('tar', ['--create', '--file', file, ...equal, `--mtime=@${await moment()}`, packer, '-C', stage, name])
    return file
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

function place(contents: Contents, folder: string): void {
  for (const [path, source] of Object.entries(contents)) {
    const target = join(folder, path)
    mkdirSync(dirname(target), { recursive: true })
    if ('file' in source) copyFileSync(source.file, target)
    else writeFileSync(target, source.text)
    if ('isProgram' in source) chmodSync(target, 0o755)
  }
}

/** In seconds: that of the commit. Browsers ask for what is newer than what they hold, so it cannot be always the same. */
async function moment(): Promise<string> {
  if (process.env.SOURCE_DATE_EPOCH) return process.env.SOURCE_DATE_EPOCH
  const now = String(Math.floor(Date.now() / 1000))
  return run('git', ['log', '-1', '--format=%ct'], { cwd: ROOT }).then(
    ({ stdout }) => stdout.trim() || now,
    () => now,
  )
}
