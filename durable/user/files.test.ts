import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ok, refuse } from '#protocol/errors.ts'
import type { FileId, RoomId } from '#protocol/ids.ts'
import { MAX_WHOLE_FILE_BYTES, PART_BYTES } from '#protocol/limits.ts'
import { toUtf8 } from '#protocol/text.ts'
import type { NamedFile } from '#protocol/up/send.ts'
import { declarationOf, keepFile, partsOf, sendFile } from '#tests/support/files.ts'
import { type Member, SmallWorld } from '#tests/support/small-world.ts'
import { Directory } from '../directory/directory.ts'
import { directoryShard } from '../identity.ts'
import { Room } from '../room/room.ts'

const DAY_MS = 24 * 3_600_000
const MIB = 1024 * 1024

describe('files', () => {
  let world: SmallWorld
  let one: Member
  let two: Member
  let room: RoomId

  beforeEach(async () => {
    world = await SmallWorld.start()
    ;[one, two] = (await world.members('one', 'two')) as [Member, Member]
    room = await world.group(one, two)
  })

  const bytes = toUtf8('what is in it')
  const of = ({ user }: Member) => world.peers.user(user)
  const asked = <T>(answer: Promise<T>) => world.until(answer)

  /** Through a socket, as clients do. */
  async function post(member: Member, files: NamedFile[], n = 1) {
    const socket = await world.enter(member)
    await socket.say({ type: 'send', room, producer: world.id('producer'), n, text: '', files })
    await world.pass(200)
    return socket.heard.find(({ type }) => type === 'stored' || type === 'refused')
  }

  async function usage({ user }: Member): Promise<unknown> {
    return (await world.table('user', user, 'usage'))[0]?.[1]
  }

  async function urlFor(member: Member, file: FileId) {
    return asked(world.peers.room(room).fileUrl(member.user, file))
  }

  test('O1: a file that was looked at is named by a message, with its facts', async () => {
    const file = await keepFile(world, one, bytes)
    expect(await post(one, [{ file }])).toMatchObject({ type: 'stored', seq: 2 })
    const [, [, record] = []] = await world.table('room', room, 'timeline')
    expect(record).toMatchObject({
      text: '',
      files: [{ file, name: 'notes.txt', type: 'text/plain', bytes: bytes.length }],
    })
    expect(JSON.stringify(record)).not.toContain('key')
    expect(await urlFor(two, file)).toMatchObject({ ok: { url: expect.stringContaining('memory:') } })
  })

  test("O1: what is only declared, somebody else's, or nobody's is not named", async () => {
    const declared = await sendFile(world, one, bytes)
    const others = await keepFile(world, two, bytes)
    for (const file of [declared, others, world.id('file')])
      expect(await post(one, [{ file }])).toMatchObject({ type: 'refused', refusal: { kind: 'not-found' } })
    expect(await world.texts(room)).toEqual([])
  })

  test('O1: what lies there and is not what was declared is deleted, and its owner is told', async () => {
    const file = await sendFile(world, one, bytes)
    const [key = ''] = world.machine.objects.keys
    world.machine.objects.force(key, toUtf8('something else'))
    expect(await asked(of(one).finishUpload(file))).toMatchObject({ refused: { kind: 'not-as-declared' } })
    await world.pass(100)
    expect(world.machine.objects.keys).toEqual([])
    expect(await world.table('user', one.user, 'files')).toEqual([])
    expect(await usage(one)).toEqual({ bytes: 0 })
  })

  test('O1: what was not sent is awaited', async () => {
    const file = world.id('file')
    await asked(of(one).declareFile(declarationOf(file, bytes)))
    expect(await asked(of(one).finishUpload(file))).toMatchObject({ refused: { kind: 'not-uploaded' } })
    expect(await asked(of(one).declareFile(declarationOf(file, bytes)))).toEqual(ok('declared'))
  })

  test('O1: the same declaration again finds it; another one under its id is refused', async () => {
    const file = await keepFile(world, one, bytes)
    expect(await asked(of(one).declareFile(declarationOf(file, bytes)))).toEqual(ok('kept'))
    const other = declarationOf(file, toUtf8('other'))
    expect(await asked(of(one).declareFile(other))).toMatchObject({ refused: { kind: 'forbidden' } })
  })

  test('O1: a large file comes in parts, and is looked at as a whole', async () => {
    const large = new Uint8Array(MAX_WHOLE_FILE_BYTES + 5).fill(1)
    const file = world.id('file')
    const { objects } = world.machine
    await asked(of(one).declareFile(declarationOf(file, large)))
    const parts = partsOf(large)
    expect(parts.map(({ length }) => length)).toEqual([PART_BYTES, PART_BYTES, PART_BYTES, PART_BYTES, 5])
    const signed = await asked(of(one).signUpload(file, [1, 2, 3, 4, 5]))
    if ('refused' in signed) return expect.unreachable()
    const take = (part: number, bytes: Uint8Array) => objects.take(signed.ok[part] ?? { url: '' }, bytes)
    expect(take(0, parts[4] as Uint8Array), 'another part').toBe(false)
    for (const part of [0, 1, 2, 3]) expect(take(part, parts[part] as Uint8Array)).toBe(true)
    expect(await asked(of(one).finishUpload(file))).toMatchObject({ refused: { kind: 'not-uploaded' } })
    expect(take(4, parts[4] as Uint8Array)).toBe(true)
    expect(await asked(of(one).finishUpload(file))).toEqual(ok('kept'))
    expect(await asked(of(one).signUpload(file, [6]))).toMatchObject({ refused: { kind: 'out-of-turn' } })
  })

  test('P6: what a connection sends behind a message with files stays behind it', async () => {
    const file = await keepFile(world, one, bytes)
    const socket = await world.enter(one)
    const producer = world.id('producer')
    await socket.say({ type: 'send', room, producer, n: 1, text: 'with a file', files: [{ file }] })
    await socket.say({ type: 'send', room, producer, n: 2, text: 'after it' })
    await world.pass(200)
    expect(await world.texts(room)).toEqual(['with a file', 'after it'])
  })

  test('P6: who leaves behind a message with files has sent it', async () => {
    const file = await keepFile(world, one, bytes)
    const socket = await world.enter(one)
    const producer = world.id('producer')
    await socket.say({ type: 'send', room, producer, n: 1, text: 'my last', files: [{ file }] })
    await socket.say({ type: 'leave', id: 9, room })
    await socket.say({ type: 'send', room, producer, n: 2, text: 'after I left' })
    await socket.hears('done')
    await world.pass(100)
    expect(await world.texts(room)).toEqual(['my last'])
    expect(socket.all('refused')).toMatchObject([{ n: 2, refusal: { kind: 'forbidden' } }])
  })

  test('O2: the space is reserved from the declaration on, and given back', async () => {
    world = await SmallWorld.start({ limits: { userFilesMib: 1, fileMib: 1 } })
    ;[one] = (await world.members('one')) as [Member]
    const file = world.id('file')
    const large = new Uint8Array(MIB - 10)
    expect(await asked(of(one).declareFile(declarationOf(file, large)))).toEqual(ok('declared'))
    const more = declarationOf(world.id('file'), new Uint8Array(11))
    expect(await asked(of(one).declareFile(more))).toMatchObject({ refused: { kind: 'limit-reached' } })
    expect(await asked(of(one).dropFile(file))).toEqual(ok(null))
    expect(await asked(of(one).declareFile(more))).toEqual(ok('declared'))
  })

  test('O2: a file that is too large is refused, and so is one too many in a minute, with when to come again', async () => {
    world = await SmallWorld.start({ limits: { fileMib: 1, uploadsPerMinute: 2 } })
    ;[one] = (await world.members('one')) as [Member]
    const declare = (size: number) => asked(of(one).declareFile(declarationOf(world.id('file'), new Uint8Array(size))))
    expect(await declare(MIB + 1)).toMatchObject({ refused: { kind: 'too-large' } })
    for (let i = 0; i < 2; i++) expect(await declare(1)).toEqual(ok('declared'))
    expect(await declare(1)).toMatchObject({ refused: { kind: 'too-frequent', retryAfterMs: expect.any(Number) } })
  })

  test('O3: the same bytes of two people are one object; a declaration alone gives nobody anything', async () => {
    const first = await keepFile(world, one, bytes)
    const thief = world.id('file')
    await asked(of(two).declareFile(declarationOf(thief, bytes)))
    expect(await asked(of(two).finishUpload(thief))).toMatchObject({ refused: { kind: 'not-uploaded' } })
    const second = await keepFile(world, two, bytes)
    await world.pass(100)
    expect(world.machine.objects.keys).toHaveLength(1)
    await asked(of(one).dropFile(first))
    await world.pass(100)
    expect(world.machine.objects.keys).toHaveLength(1)
    await asked(of(two).dropFile(second))
    await world.pass(100)
    expect(world.machine.objects.keys).toHaveLength(0)
  })

  test('O4: only members have it, and from their floor on', async () => {
    const file = await keepFile(world, one, bytes)
    await post(one, [{ file }])
    const late = await world.register('late', await invitationOf(one))
    expect(await urlFor(late, file)).toMatchObject({ refused: { kind: 'forbidden' } })
    await asked(world.peers.room(room).invite(one.user, [late.user]))
    expect(await urlFor(late, file)).toMatchObject({ refused: { kind: 'not-found' } })
    await asked(world.peers.room(room).leave(two.user))
    expect(await urlFor(two, file)).toMatchObject({ refused: { kind: 'forbidden' } })
    expect(await urlFor(one, file)).toMatchObject({ ok: {} })
  })

  test('O4: a preview is had as the file is, and under its own type', async () => {
    const [file, preview] = [await keepFile(world, one, bytes), await keepFile(world, one, toUtf8('small'))]
    await post(one, [{ file, preview }])
    const presigned = vi.spyOn(world.machine.objects, 'presignGet').mockResolvedValue('memory:preview')
    expect(await urlFor(two, preview)).toMatchObject({ ok: { url: 'memory:preview' } })
    const download = { name: 'notes.txt', type: 'text/plain', disposition: 'attachment' }
    expect(presigned).toHaveBeenCalledExactlyOnceWith(expect.any(String), download)
  })

  test('O6: a picture is shown, and saved where that was asked for; what may be run is saved in any case', async () => {
    const presigned = vi.spyOn(world.machine.objects, 'presignGet')
    const socket = await world.enter(two)
    const handed = async (file: FileId, save: { save?: boolean } = {}) => {
      await socket.ask({ type: 'get-file', id: 1, room, file, ...save }, 'file-url')
      return presigned.mock.lastCall?.[1]?.disposition
    }
    const picture = await keepFile(world, one, toUtf8('a picture'), 'image/png')
    const page = await keepFile(world, one, toUtf8('a page'), 'text/html')
    await post(one, [{ file: picture }, { file: page }])
    expect(await handed(picture)).toBe('inline')
    expect(await handed(picture, { save: true })).toBe('attachment')
    expect(await handed(page)).toBe('attachment')
    expect(await handed(page, { save: false })).toBe('attachment')
  })

  test('O5: what nobody names goes after a day, kept or not; what a message names stays', async () => {
    await sendFile(world, one, toUtf8('never finished'))
    await keepFile(world, one, toUtf8('never named'))
    const named = await keepFile(world, one, bytes)
    await post(one, [{ file: named }])
    await world.pass(DAY_MS + 60_000)
    expect((await world.table('user', one.user, 'files')).map(([file]) => file)).toEqual([named])
    expect(world.machine.objects.keys).toHaveLength(1)
    expect(await usage(one)).toEqual({ bytes: bytes.length })
    expect(await asked(of(one).dropFile(named))).toMatchObject({ refused: { kind: 'forbidden' } })
  })

  test('O5: what was to be named, and whose message was refused, goes too', async () => {
    const file = await keepFile(world, one, bytes)
    await asked(of(one).attachFiles(room, [{ file }]))
    await world.pass(DAY_MS + 60_000)
    expect(await world.table('user', one.user, 'files')).toEqual([])
    expect(world.machine.objects.keys).toEqual([])
  })

  test('O5: a file that a room has dropped is looked at, and stays where another names it', async () => {
    const file = await keepFile(world, one, bytes)
    await post(one, [{ file }])
    await world.pass(DAY_MS + 60_000)
    await asked(of(one).fileReleased(file))
    await world.pass(60_000)
    expect(await world.table('user', one.user, 'files')).toHaveLength(1)
    await forget(room, file)
    await asked(of(one).fileReleased(file))
    await world.pass(60_000)
    expect(await world.table('user', one.user, 'files')).toEqual([])
    expect(world.machine.objects.keys).toEqual([])
  })

  test('I12: a file that is sent again while it is looked at stays', async () => {
    const file = await keepFile(world, one, bytes)
    await asked(of(one).attachFiles(room, [{ file }]))
    const namesFile = vi.spyOn(Room.prototype, 'namesFile').mockImplementationOnce(async () => {
      await of(one).attachFiles(room, [{ file }])
      return ok(false)
    })
    await world.pass(DAY_MS + 60_000)
    expect(namesFile).toHaveBeenCalledOnce()
    expect(await world.table('user', one.user, 'files')).toHaveLength(1)
  })

  test('I12, O5: what was said of a file before it was given up, and comes after that, is not heeded', async () => {
    const file = await sendFile(world, one, bytes)
    const link = vi.spyOn(Directory.prototype, 'link').mockResolvedValue(refuse('retry', 'delayed'))
    await asked(of(one).finishUpload(file))
    const [late] = link.mock.calls
    link.mockRestore()
    await asked(of(one).dropFile(file))
    await world.pass(100)
    if (late) await asked(world.peers.directory(directoryShard(late[0])).link(...late))
    await keepFile(world, two, bytes)
    await world.pass(100)
    expect(world.machine.objects.keys).toHaveLength(1)
  })

  test('O5: an object is deleted when its store is there again', async () => {
    const file = await keepFile(world, one, bytes)
    const away = vi.spyOn(world.machine.objects, 'delete').mockResolvedValue(refuse('retry', 'away'))
    await asked(of(one).dropFile(file))
    await world.pass(10_000)
    expect(world.machine.objects.keys).toHaveLength(1)
    away.mockRestore()
    await world.pass(10_000)
    expect(world.machine.objects.keys).toEqual([])
  })

  async function invitationOf({ user }: Member): Promise<string> {
    const invited = await asked(world.peers.user(user).createInvitation(1))
    return 'ok' in invited ? invited.ok.code : ''
  }

  /** As a room will do that retracts a message. */
  async function forget(of: RoomId, file: FileId): Promise<void> {
    const disk = world.disk.open(`room/${of}`)
    await world.until(disk.commit({ writes: [{ table: 'files', key: file }] }))
  }
})
