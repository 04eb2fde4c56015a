import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Person } from '../support/person.ts'
import { png } from '../support/png.ts'
import { attach, send } from '../support/sharing.ts'
import { stageOfEachTest } from '../support/stage.ts'

const stage = stageOfEachTest()

/** More than a browser loads ahead: 48,000 moments in a second, of four bytes. */
const SECONDS = 120
const MOMENTS_PER_S = 48_000
const BYTES_PER_S = 4 * MOMENTS_PER_S
const OBJECTS = '**/objects/**'

/** A sound of silence. */
function wav(): Buffer {
  const bytes = Buffer.alloc(44 + SECONDS * BYTES_PER_S)
  bytes.write('RIFF')
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(2, 22)
  bytes.writeUInt32LE(MOMENTS_PER_S, 24)
  bytes.writeUInt32LE(BYTES_PER_S, 28)
  bytes.writeUInt16LE(4, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(bytes.length - 44, 40)
  return bytes
}

const SONG = { name: 'song.wav', mimeType: 'audio/wav', buffer: wav() }
const LAKE = { name: 'lake.png', mimeType: 'image/png', buffer: png(900, 300) }

async function aliceSends(...files: (typeof SONG)[]): Promise<Person> {
  const [alice, bob] = await stage().gather('alice', 'bob')
  await alice.writeTo(bob)
  await attach(alice, ...files)
  await alice.composer.fill('From the lake')
  await send(alice)
  await alice.timeline.sees('From the lake')
  bob.watch.expectRefusedFiles()
  return bob
}

/** As where files lie answers to a URL that has expired: the first that is asked for, or all. */
async function expire({ page }: Person, which: 'the first' | 'all'): Promise<string[]> {
  const refused: string[] = []
  await page.route(OBJECTS, (route) => {
    const url = route.request().url()
    if (which === 'the first' && refused.length > 0 && !refused.includes(url)) return route.fallback()
    refused.push(url)
    return route.fulfill({ status: 403 })
  })
  return refused
}

const time = (player: Locator) => player.evaluate(({ currentTime }: HTMLAudioElement) => currentTime)

test('a sound whose URL has expired before it is heard, or meanwhile, plays on with another', async () => {
  const bob = await aliceSends(SONG)
  await bob.open('Alice')
  const player = bob.page.locator('audio')
  await expect.poll(() => player.getAttribute('src')).not.toBeNull()
  const refused = await expire(bob, 'the first')
  await player.evaluate((audio: HTMLAudioElement) => void audio.play().catch(() => {}))
  await expect.poll(() => time(player)).toBeGreaterThan(1.5)
  expect(new Set(refused).size).toBe(1)
  await bob.page.unroute(OBJECTS)

  const before = (await player.getAttribute('src')) ?? ''
  await bob.page.route(OBJECTS, (route) =>
    route.request().url().endsWith(before) ? route.fulfill({ status: 403 }) : route.fallback(),
  )
  await player.evaluate((audio: HTMLAudioElement) => {
    audio.currentTime = 100
  })
  await expect.poll(() => player.getAttribute('src')).not.toBe(before)
  await expect.poll(() => time(player)).toBeGreaterThan(101.5)
  expect(await player.evaluate(({ paused }: HTMLAudioElement) => paused)).toBe(false)
})

test('where the URL of a sound stays refused that is said, and it can be tried again', async () => {
  const bob = await aliceSends(SONG)
  await bob.open('Alice')
  const player = bob.page.locator('audio')
  await expect.poll(() => player.getAttribute('src')).not.toBeNull()
  await expire(bob, 'all')
  await player.evaluate((audio: HTMLAudioElement) => void audio.play().catch(() => {}))
  await bob.page.getByRole('alert').getByText(bob.t.files.missing).waitFor()
  await bob.page.unroute(OBJECTS)
  await bob.page.getByRole('button', { name: bob.t.tryAgain }).click()
  await expect.poll(() => time(player)).toBeGreaterThan(0)
  expect(await bob.page.getByText(bob.t.files.missing).count()).toBe(0)
})

test('what a browser cannot play it says', async () => {
  const bob = await aliceSends({ ...SONG, buffer: Buffer.alloc(1_000) })
  await bob.open('Alice')
  const player = bob.page.locator('audio')
  await expect.poll(() => player.getAttribute('src')).not.toBeNull()
  await player.evaluate((audio: HTMLAudioElement) => void audio.play().catch(() => {}))
  await bob.page.getByRole('alert').getByText(bob.t.files.notShown).waitFor()
})

test('a picture whose URL has expired is fetched by another; where that is refused, too, it is said until it is opened again', async () => {
  const bob = await aliceSends(LAKE)
  const picture = bob.page.getByAltText('lake.png')
  const width = (of: Locator) => of.evaluate((image: HTMLImageElement) => image.naturalWidth)
  const refused = await expire(bob, 'the first')
  await bob.open('Alice')
  await expect.poll(() => width(picture)).toBe(640)
  expect(new Set(refused).size).toBe(1)
  await bob.page.unroute(OBJECTS)

  await expire(bob, 'all')
  await bob.page.reload()
  const opens = bob.page.getByRole('button', { name: bob.t.files.open('lake.png') })
  await opens.getByText(bob.t.files.missing).waitFor()
  await opens.click()
  await bob.page.getByRole('dialog').getByRole('alert').getByText(bob.t.files.missing).waitFor()
  await bob.closeDialog()
  await bob.page.unroute(OBJECTS)
  await opens.click()
  await expect.poll(() => width(bob.page.getByRole('dialog').getByAltText('lake.png'))).toBe(900)
  await bob.closeDialog()
  await expect.poll(() => width(picture)).toBe(640)
})
