import { readFile } from 'node:fs/promises'
import type { Person } from './person.ts'

/** Its bytes, or where they lie. */
export type Chosen = string | { name: string; mimeType: string; buffer: Buffer }

export async function attach({ page, t }: Person, ...files: Chosen[]): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(files as Parameters<typeof page.setInputFiles>[1])
  await page.getByRole('list', { name: t.files.chosen }).waitFor()
}

export async function send({ page, t }: Person): Promise<void> {
  await page.getByRole('button', { name: t.room.send, exact: true }).click()
}

export async function saved({ page, t }: Person, name: string): Promise<Buffer> {
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: t.files.download(name) }).click()
  return readFile(await (await downloading).path())
}

/** Resolves when all that was chosen is sent. */
export async function nothingIsSent({ page }: Person): Promise<void> {
  await page.locator('[data-upload]').waitFor({ state: 'detached' })
}

/** From now on this page reads of no file more than what tells the kind of it. */
export async function neverReads({ page }: Person): Promise<void> {
  await page.evaluate(() => {
    const { arrayBuffer } = Blob.prototype
    Blob.prototype.arrayBuffer = function () {
      return this.size > 1000 ? new Promise(() => {}) : arrayBuffer.call(this)
    }
  })
}
