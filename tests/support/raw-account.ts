import { randomBytes } from 'node:crypto'
import { makeId, type RoomId, type UserId } from '#protocol/ids.ts'
import { RawClient } from './raw-client.ts'

export type RawAccount = { readonly user: UserId; readonly token: string }

/** Makes an account with an invitation link or code. */
export async function registerRaw(url: string, invitation: string, handle: string): Promise<RawAccount> {
  const client = await RawClient.open(url)
  client.say({
    type: 'register',
    id: 1,
    user: makeId('user', randomBytes(16)),
    device: makeId('device', randomBytes(16)),
    deviceName: 'tests',
    invitation: invitation.split('/').at(-1) ?? '',
    handle,
    name: handle,
    password: 'a long enough password',
  })
  const { user, token } = await client.hears('session')
  client.close()
  if (token === undefined) throw new Error('registered without a token')
  return { user, token }
}

export async function inviteRaw(url: string, { token }: Pick<RawAccount, 'token'>, uses: number): Promise<string> {
  const client = await RawClient.enter(url, token)
  client.say({ type: 'create-invitation', id: 2, uses })
  const { code } = await client.hears('invitation')
  client.close()
  return code
}

export async function openGroupRaw(client: RawClient, members: UserId[] = []): Promise<RoomId> {
  const room = makeId('group', randomBytes(16))
  client.say({ type: 'create-group', id: 3, room, title: 'A room', members })
  await client.hears('opened')
  return room
}
