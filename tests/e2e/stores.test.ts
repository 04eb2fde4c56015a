import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAX_WHOLE_FILE_BYTES } from '#protocol/limits.ts'
import { count } from '../support/counts.ts'
import type { HostName } from '../support/hosts.ts'
import { type Person, TALL } from '../support/person.ts'
import { png } from '../support/png.ts'
import { type AnyRedis, openRedis, REDIS_NAME } from '../support/redis/server.ts'
import { type Bucket, openBucket, SERVER_NAME } from '../support/s3/bucket.ts'
import { openR2 } from '../support/s3/r2.ts'
import { attach, neverReads, nothingIsSent, saved, send } from '../support/sharing.ts'
import { type Stage, stageOfEachTest } from '../support/stage.ts'
import { Story } from '../support/story.ts'

/** What two-people.test.ts and files.test.ts show on the stores that need nothing, is shown here on the others. */

type Setup = {
  readonly on: HostName
  readonly open: () => Promise<Bucket>
  readonly redis?: true
  /** Of which the store lacks the names under which files are saved, and the parts of the largest (docs/stores.md). */
  readonly isStandIn?: true
}

const SETUPS: readonly (readonly [title: string, Setup])[] = [
  [`node-host, ${REDIS_NAME} and ${SERVER_NAME}`, { on: 'node-host', open: openBucket, redis: true }],
  ['wrangler dev and R2', { on: 'wrangler dev', open: openR2, isStandIn: true }],
  [`standalone workerd and ${SERVER_NAME}`, { on: 'standalone workerd', open: openBucket }],
]
const TIMEOUT_MS = 180_000
const WIDTH = 900
/** Long: it comes in parts. */
const SMALL_BYTES = 3_000_000
const FILM_BYTES = count(SMALL_BYTES, MAX_WHOLE_FILE_BYTES + SMALL_BYTES)
const TELLS_ALL = count(false, true)

describe.each(SETUPS)('on %s', (_, { on, open, redis: usesRedis, isStandIn = false }) => {
  let bucket: Bucket
  let redis: AnyRedis | undefined
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snug-chosen-'))
    if (usesRedis) redis = await openRedis()
    bucket = await open()
  })
  afterAll(async () => {
    await bucket.close()
    await redis?.stop()
    await rm(folder, { recursive: true })
  })
  const env = () => ({ SNUG_S3_URL: bucket.url, ...(redis && { SNUG_REDIS_URL: redis.url }) })
  const stage = stageOfEachTest({ on, env, people: { viewport: TALL } })

  test(
    'two people talk, send a picture and files straight to the store and have them from there, and a large one outlives a reload',
    async () => {
      const [alice, bob] = await stage().gather('alice', 'bob')
      const inTheWay = new Set([new URL(stage().origin).host, new URL(bucket.origin).host])
      await talk(stage(), alice, bob)
      await aPictureIsSeen(alice, bob)
      await aLargeFileOutlivesAReload(alice, bob)
      for (const { watch } of [alice, bob]) expect(watch.asked).toEqual(inTheWay)
    },
    TIMEOUT_MS,
  )

  async function talk(where: Stage, alice: Person, bob: Person): Promise<void> {
    const story = new Story(where, alice, bob)
    await story.beginning()
    if (TELLS_ALL || usesRedis) await story.theHostIsKilled()
    if (TELLS_ALL) await story.oneIsOffline()
  }

  async function aPictureIsSeen(alice: Person, bob: Person): Promise<void> {
    await attach(alice, { name: 'lake.png', mimeType: 'image/png', buffer: png(WIDTH, 300) })
    await send(alice)
    const picture = bob.page.getByAltText('lake.png')
    const width = (of: typeof picture) => of.evaluate((image: HTMLImageElement) => image.naturalWidth)
    await expect.poll(() => width(picture)).toBe(640)
    await bob.page.getByRole('button', { name: bob.t.files.open('lake.png') }).click()
    await expect.poll(() => width(bob.page.getByRole('dialog').getByAltText('lake.png'))).toBe(WIDTH)
    // Without the names under which files are saved it is shown, in the place of the page.
    if (!isStandIn) expect((await saved(bob, 'lake.png')).length).toBeGreaterThan(1000)
    await bob.closeDialog()
  }

  async function aLargeFileOutlivesAReload(alice: Person, bob: Person): Promise<void> {
    const film = join(folder, 'film.bin')
    await writeFile(film, randomBytes(isStandIn ? SMALL_BYTES : FILM_BYTES))
    await neverReads(alice)
    await attach(alice, film)
    await alice.composer.fill('The film')
    await send(alice)
    await alice.page.getByRole('progressbar', { name: alice.t.files.makingReady }).waitFor()
    await alice.page.reload()
    await bob.timeline.sees('The film')
    expect((await saved(bob, 'film.bin')).equals(await readFile(film))).toBe(true)
    await nothingIsSent(alice)
  }
})
