import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Person } from '../support/person.ts'
import { attach, saved, send } from '../support/sharing.ts'
import { stageOfEachTest } from '../support/stage.ts'
import { drawnBy, movingWebp, PLACE, segment, tellingJpeg, tellingWebp } from '../support/telling-pictures.ts'

const stage = stageOfEachTest()

const WIDTH = 60
const HEIGHT = 40
const MOST_DRAWN_MIB = 40

/** Its bytes as the other has them, without the place; and how large it is drawn there. */
async function gets(bob: Person, name: string): Promise<{ bytes: Buffer; size: readonly number[] }> {
  const bytes = await saved(bob, name)
  expect(bytes.includes(PLACE), `${name} tells the place`).toBe(false)
  const size = await bob.page.evaluate(async (base64) => {
    const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    const picture = await createImageBitmap(new Blob([content]))
    return [picture.width, picture.height]
  }, bytes.toString('base64'))
  return { bytes, size }
}

test('what a picture tells beside its pixels stays with its sender, whatever its kind is said to be', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  await bob.open('Alice')
  const jpeg = tellingJpeg(await drawnBy(alice.page, 'image/jpeg', WIDTH, HEIGHT))
  const plain = await drawnBy(alice.page, 'image/webp', WIDTH, HEIGHT)
  const [still, moving] = [tellingWebp(plain, WIDTH, HEIGHT), movingWebp(plain, WIDTH, HEIGHT)]
  for (const picture of [jpeg, still, moving]) expect(picture.includes(PLACE)).toBe(true)
  await attach(
    alice,
    { name: 'one.jpg', mimeType: 'image/jpeg', buffer: jpeg },
    { name: 'two.jpg', mimeType: 'image/jpg', buffer: jpeg },
    { name: 'three', mimeType: 'application/x-unknown', buffer: jpeg },
    { name: 'still.webp', mimeType: 'image/webp', buffer: still },
    { name: 'moving.webp', mimeType: 'image/webp', buffer: moving },
  )
  await send(alice)
  for (const name of ['one.jpg', 'two.jpg', 'three', 'still.webp', 'moving.webp']) {
    await bob.page.getByRole('button', { name: bob.t.files.open(name) }).click()
    const { size, bytes } = await gets(bob, name)
    // A camera that lay on its side is drawn upright.
    expect(size, name).toEqual(name.endsWith('webp') ? [WIDTH, HEIGHT] : [HEIGHT, WIDTH])
    expect(bytes.includes('ANMF'), name).toBe(name === 'moving.webp')
    await bob.closeDialog()
  }
  expect(await alice.page.getByText(alice.t.files.asItIs).count()).toBe(0)
})

test('one that is too large to be drawn keeps its pixels and its way up, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'snug-chosen-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  const jpeg = tellingJpeg(await drawnBy(alice.page, 'image/jpeg', WIDTH, HEIGHT))
  const talk = Array.from({ length: MOST_DRAWN_MIB * 17 }, () => segment(0xfe, Buffer.alloc(65_000)))
  const large = join(folder, 'large.jpg')
  await writeFile(large, Buffer.concat([jpeg.subarray(0, 2), ...talk, jpeg.subarray(2)]))
  await attach(alice, large)
  await send(alice)
  await bob.open('Alice')
  const { bytes, size } = await gets(bob, 'large.jpg')
  expect(size).toEqual([HEIGHT, WIDTH])
  expect(bytes.length).toBeLessThan(jpeg.length)
})

test('before a picture or a film goes that may tell where it was taken, that is said', async () => {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic')
  await attach(
    alice,
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') },
    { name: 'ridge.heic', mimeType: '', buffer: heic },
    { name: 'waves.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(100) },
  )
  const chosen = alice.page.getByRole('list', { name: alice.t.files.chosen }).getByRole('listitem')
  const saying = chosen.filter({ hasText: alice.t.files.asItIs })
  await expect.poll(() => saying.count()).toBe(2)
  expect(await saying.filter({ hasText: 'notes.txt' }).count()).toBe(0)
})
