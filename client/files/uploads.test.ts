import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Directory } from '#durable/directory/directory.ts'
import { refuse } from '#protocol/errors.ts'
import type { Attachment } from '#protocol/file.ts'
import type { RoomId } from '#protocol/ids.ts'
import { MAX_WHOLE_FILE_BYTES, PART_BYTES } from '#protocol/limits.ts'
import { toUtf8 } from '#protocol/text.ts'
import { SeededRandom } from '#tests/simulation/seeded-random.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { Neighbourhood } from '../neighbourhood.ts'
import { offline, RefusedError } from '../refused-error.ts'
import type { Asking } from '../requests.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory-store.ts'
import { Uploads } from './uploads.ts'

const SPACE_MIB = 100
const SPACE_BYTES = SPACE_MIB * 1024 * 1024

type Composed = { readonly text: string; readonly files: Attachment[]; readonly upload: string }

/** The files of a user on a small server, asked as through a connection that can be cut. */
describe('uploads', () => {
  let world: SmallWorld
  let one: Member
  let room: RoomId
  let store: ReturnType<typeof memoryStore>
  let uploads: Uploads
  let composed: Composed[]
  let asked: string[]
  let isCut: boolean
  /** How many PUTs fail from now on. */
  let failing: number
  let isFull: boolean
  let puts: number
  /** Late word of an attempt before gives the file up, just before it is finished. */
  let isOvertaken: boolean

  beforeEach(async () => {
    world = await SmallWorld.start({ limits: { fileMib: SPACE_MIB, userFilesMib: SPACE_MIB } })
    ;[one] = (await world.members('one')) as [Member]
    room = await world.group(one)
    store = memoryStore()
    composed = []
    asked = []
    isCut = false
    failing = 0
    isFull = false
    puts = 0
    isOvertaken = false
    open()
  })
  afterEach(() => vi.restoreAllMocks())

  function open(): void {
    const random = new SeededRandom(7)
    uploads = new Uploads(
      {
        store,
        clock: world.clock,
        neighbours: new Neighbourhood(undefined, () => undefined),
        departures: () => 0,
        random: (length) => random.bytes(length),
        session: { ask: ask as Session['ask'] },
        transfer: {
          put(url, _headers, bytes, onProgress) {
            puts++
            const send = async () => {
              if (failing-- > 0) throw new Error('the network is gone')
              if (isFull) return 507
              const isTaken = world.machine.objects.take({ url }, new Uint8Array(await bytes.arrayBuffer()))
              onProgress(bytes.size)
              return isTaken ? 200 : 400
            }
            return { done: send(), cancel: () => {} }
          },
        },
      },
      {
        changed: () => {},
        compose: async (_room, text, files, upload) => void composed.push({ text, files, upload }),
        storeFailed: (error) => expect.unreachable(String(error)),
      },
    )
  }

  async function ask(asking: Asking): Promise<unknown> {
    if (isCut) throw offline()
    asked.push(asking.type)
    const user = world.peers.user(one.user)
    if (asking.type === 'finish-upload' && isOvertaken) {
      isOvertaken = false
      await user.dropFile(asking.file)
    }
    const answer = async () => {
      switch (asking.type) {
        case 'declare-file':
          return user.declareFile(asking.declaration)
        case 'sign-upload':
          return user.signUpload(asking.file, asking.parts)
        case 'finish-upload':
          return user.finishUpload(asking.file)
        case 'drop-file':
          return user.dropFile(asking.file)
        default:
          throw new Error(asking.type)
      }
    }
    const outcome = await answer()
    if ('refused' in outcome) throw new RefusedError(outcome.refused)
    return { state: outcome.ok, puts: outcome.ok }
  }

  const file = (text: string, name = 'a.txt') => ({ name, type: 'text/plain', bytes: new Blob([text]) })
  const view = () => uploads.of(room)[0]

  test('files go one after the other, and then the message is composed; a preview is named beside its file', async () => {
    const preview = { type: 'image/webp', bytes: new Blob(['small']), size: { width: 10, height: 5 } }
    const picture = { ...file('large', 'a.png'), type: 'image/png', size: { width: 100, height: 50 }, preview }
    await uploads.add(room, 'two of them', [picture, file('text')])
    expect(view()).toMatchObject({
      text: 'two of them',
      sent: 0,
      total: 14,
      files: [{ name: 'a.png' }, { name: 'a.txt' }],
    })
    uploads.connected()
    await world.pass(1_000)
    expect(composed).toHaveLength(1)
    const [first, second] = composed[0]?.files ?? []
    expect(first).toMatchObject({
      name: 'a.png',
      size: { width: 100, height: 50 },
      preview: expect.stringMatching(/^f_/),
    })
    expect(second).toEqual({ file: expect.any(String), name: 'a.txt', type: 'text/plain', bytes: 4 })
    expect([uploads.of(room), await store.keys('upload/')]).toEqual([[], []])
  })

  test('what was chosen is kept and shown before it is hashed, which begins anew after a reload', async () => {
    const { promise, resolve } = Promise.withResolvers<ArrayBuffer>()
    vi.spyOn(Blob.prototype, 'arrayBuffer').mockReturnValueOnce(promise).mockReturnValueOnce(promise)
    await uploads.add(room, 'large', [file('text')])
    await expect.poll(view).toMatchObject({ text: 'large', hashed: 0, sent: 0, total: 4, isWaiting: false })
    uploads.forget()
    open()
    await uploads.load(new Set())
    await expect.poll(view).toMatchObject({ text: 'large', hashed: 0 })
    uploads.connected()
    expect(asked).toEqual([])
    resolve(toUtf8('text').buffer)
    await expect.poll(async () => world.pass(100).then(() => composed)).toMatchObject([{ text: 'large' }])
  })

  test('what is given up while it is hashed is gone', async () => {
    const { promise, resolve } = Promise.withResolvers<ArrayBuffer>()
    vi.spyOn(Blob.prototype, 'arrayBuffer').mockReturnValueOnce(promise)
    uploads.connected()
    await uploads.add(room, 'large', [file('text')])
    await expect.poll(view).toMatchObject({ hashed: 0 })
    await uploads.cancel(view()?.id ?? '')
    resolve(toUtf8('text').buffer)
    await world.pass(5_000)
    expect([composed, uploads.of(room), await store.keys('upload/')]).toEqual([[], [], []])
    expect(asked).not.toContain('declare-file')
  })

  test('bytes that the device has lost are told, and read anew when somebody asks for it', async () => {
    vi.spyOn(Blob.prototype, 'arrayBuffer').mockRejectedValueOnce(new Error('the disk has lost it'))
    uploads.connected()
    await uploads.add(room, 'lost', [file('text')])
    await expect.poll(view).toMatchObject({ refusal: 'unreadable' })
    expect(view()).not.toHaveProperty('hashed')
    uploads.retry(view()?.id ?? '')
    await expect.poll(async () => world.pass(100).then(() => composed)).toMatchObject([{ text: 'lost' }])
  })

  test('where there is no space for a file people are told, nothing tries on, and they may when there is some', async () => {
    isFull = true
    await uploads.add(room, 'large', [file('text')])
    uploads.connected()
    await world.pass(600_000)
    expect(view()).toMatchObject({ refusal: { kind: 'limit-reached' } })
    expect(puts).toBe(1)
    isFull = false
    uploads.retry(view()?.id ?? '')
    await world.pass(1_000)
    expect(composed).toMatchObject([{ text: 'large' }])
  })

  test('what fails for now is tried again, and says that it waits', async () => {
    failing = 2
    uploads.connected()
    await uploads.add(room, '', [file('text')])
    await world.pass(500)
    expect(view()).toMatchObject({ isWaiting: true })
    await world.pass(10_000)
    expect(composed).toHaveLength(1)
  })

  test('what late word of an earlier attempt gives up is declared and sent anew', async () => {
    isOvertaken = true
    await uploads.add(room, 'here', [file('text')])
    uploads.connected()
    await world.pass(10_000)
    expect(composed).toMatchObject([{ text: 'here' }])
    expect(puts).toBe(2)
  })

  test('what was looked at, and whose attempt was cut off then, is finished by the next one', async () => {
    vi.spyOn(Directory.prototype, 'link').mockResolvedValueOnce(refuse('retry', 'away'))
    await uploads.add(room, 'here', [file('text')])
    uploads.connected()
    await world.pass(10_000)
    expect(view()).toBeUndefined()
    expect(composed).toHaveLength(1)
    expect(puts).toBe(1)
  })

  test('what is refused for good is shown, and goes when it is asked for again and there is space', async () => {
    const other = world.id('file')
    const parts = Array.from({ length: Math.ceil(SPACE_BYTES / PART_BYTES) }, () => 's'.repeat(43))
    const all = { file: other, name: 'all of it', type: 'text/plain', bytes: SPACE_BYTES, parts }
    await world.until(world.peers.user(one.user).declareFile(all))
    uploads.connected()
    await uploads.add(room, '', [file('text')])
    await world.pass(60_000)
    expect(view()).toMatchObject({ refusal: { kind: 'limit-reached' } })
    await world.until(world.peers.user(one.user).dropFile(other))
    uploads.retry(view()?.id ?? '')
    expect(view()?.refusal).toBeUndefined()
    await world.pass(1_000)
    expect(composed).toHaveLength(1)
  })

  test('a lost connection stops it, and the next goes on; the message is composed once', async () => {
    uploads.connected()
    isCut = true
    await uploads.add(room, '', [file('one'), file('two')])
    await world.pass(3_000)
    uploads.disconnected()
    isCut = false
    await world.pass(60_000)
    expect(composed).toEqual([])
    uploads.connected()
    await world.pass(60_000)
    expect(composed).toHaveLength(1)
  })

  test('after a reload it goes on where it was: parts that are there do not go again', async () => {
    const bytes = new Blob([new Uint8Array(MAX_WHOLE_FILE_BYTES + 5)])
    const parts = Math.ceil(bytes.size / PART_BYTES)
    uploads.connected()
    await uploads.add(room, 'large', [{ ...file(''), bytes }])
    await expect.poll(async () => world.pass(10).then(() => puts)).toBeGreaterThanOrEqual(2)
    uploads.forget()
    const before = puts
    open()
    await uploads.load(new Set())
    expect(view()).toMatchObject({ text: 'large', total: bytes.size })
    expect(view()?.sent, 'of what is there already').toBeGreaterThanOrEqual(PART_BYTES)
    uploads.connected()
    await expect.poll(async () => world.pass(100).then(() => composed.length)).toBe(1)
    expect(puts - before).toBeLessThan(parts)
  })

  test('what was composed before a crash is not composed again', async () => {
    await uploads.add(room, 'once', [file('text')])
    const id = view()?.id ?? ''
    uploads.forget()
    open()
    await uploads.load(new Set([id]))
    uploads.connected()
    await world.pass(5_000)
    expect([composed, uploads.of(room), await store.keys('upload/')]).toEqual([[], [], []])
  })

  test('what is given up is gone here and there', async () => {
    failing = 100
    uploads.connected()
    await uploads.add(room, '', [file('text')])
    await world.pass(500)
    await uploads.cancel(view()?.id ?? '')
    await world.pass(60_000)
    expect(asked).toContain('drop-file')
    expect([composed, uploads.of(room), await store.keys('upload/')]).toEqual([[], [], []])
    expect(await world.table('user', one.user, 'files')).toEqual([])
  })

  test('a name that leads out of its folder is refused before anything is kept', async () => {
    await expect(uploads.add(room, '', [file('text', '../a.txt')])).rejects.toThrow(RefusedError)
    expect(await store.keys('')).toEqual([])
  })
})
