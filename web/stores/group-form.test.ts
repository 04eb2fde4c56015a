import { beforeEach, expect, test } from 'vitest'
import { type ProfileView, RefusedError } from '#client/index.ts'
import type { RoomId, UserId } from '#protocol/ids.ts'
import { GroupForm } from './group-form.ts'
import type { SessionStore } from './session-store.ts'

/** Opens groups; where its answers are lost nobody hears of it. */
class Server {
  losesAnswers = false
  readonly opened = new Map<RoomId, string>()
  #ids = 0

  newGroupId(): RoomId {
    this.#ids += 1
    return `g_${this.#ids}` as RoomId
  }

  async createGroup(title: string, members: UserId[], room: RoomId = this.newGroupId()): Promise<RoomId> {
    if (!this.opened.has(room)) this.opened.set(room, [title, ...members].join(' '))
    if (this.losesAnswers) throw new RefusedError({ kind: 'retry', reason: 'the answer was lost' })
    return room
  }

  async findUser(handle: string): Promise<ProfileView> {
    return { user: `u_${handle}` as UserId, handle, name: handle }
  }

  get groups(): string[] {
    return [...this.opened.values()]
  }
}

let server: Server
let form: GroupForm

beforeEach(() => {
  server = new Server()
  form = new GroupForm(server, { me: undefined } as SessionStore)
  form.setTitle('Plans')
  form.members.type('bob')
})

test('a group whose answer was lost is opened once, however often the person presses', async () => {
  server.losesAnswers = true
  expect([await form.create(), await form.create()]).toEqual([undefined, undefined])
  expect(form.creating.refusal).toMatchObject({ kind: 'retry' })
  server.losesAnswers = false
  const room = await form.create()
  expect([...server.opened]).toEqual([[room, 'Plans u_bob']])
})

test('the next group of the same title and members is another one', async () => {
  const rooms = [await form.create(), await form.create()]
  expect(new Set(rooms).size).toBe(2)
  expect(server.groups).toEqual(['Plans u_bob', 'Plans u_bob'])
})

test('what was changed after a failure is asked for anew, since a group that is open keeps its title and members', async () => {
  server.losesAnswers = true
  await form.create()
  server.losesAnswers = false
  form.setTitle('Plans for May')
  form.members.type('carol')
  const room = await form.create()
  expect(server.opened.get(room as RoomId)).toBe('Plans for May u_bob u_carol')
})

test('why it was refused is said until something is changed', async () => {
  const changes = [
    () => form.setTitle('Other plans'),
    () => form.members.type('dave'),
    () => form.members.removeLast(),
    () => form.members.remove('u_bob' as UserId),
  ]
  for (const change of changes) {
    server.losesAnswers = true
    await form.create()
    expect(form.creating.refusal).toMatchObject({ kind: 'retry' })
    change()
    expect(form.creating.refusal).toBeUndefined()
  }
})
