import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RoomId } from '#protocol/ids.ts'
import { isText, keyOf, Load, readTimeline } from '../support/load.ts'
import { NodeHostProcess } from '../support/node-host.ts'
import { openGroupRaw, registerRaw } from '../support/raw-account.ts'
import { RawClient } from '../support/raw-client.ts'

const UNBOUNDED = ['--messages-per-second', '1000000', '--message-burst', '1000000', '--request-burst', '100000']

describe.each(['1', '2'])('SIGTERM with %s threads', (threads) => {
  let host: NodeHostProcess
  let token: string
  let room: RoomId

  beforeEach(async () => {
    host = await NodeHostProcess.start({ args: [...UNBOUNDED, '--threads', threads] })
    token = (await registerRaw(host.socketUrl, host.invitation ?? '', 'owner')).token
    const client = await RawClient.enter(host.socketUrl, token)
    room = await openGroupRaw(client)
    client.close()
  })

  afterEach(() => host.dispose())

  test('G8: under load everybody is told to come back, nothing acknowledged is lost, and the process ends well', async () => {
    const watcher = await RawClient.enter(host.socketUrl, token)
    const told = watcher.hears('draining')
    const load = new Load([room])
    await load.run(host.socketUrl, token, 4, 20, 100)
    const ended = host.kill('SIGTERM')
    await told
    expect(await watcher.closed).toBe(1012)
    expect(await ended).toEqual({ code: 0, signal: null })
    load.stop()

    await host.restart()
    const reader = await RawClient.enter(host.socketUrl, token)
    const stored = new Map(
      (await readTimeline(reader, room, 0)).filter(isText).map((record) => [keyOf({ ...record, room }), record.seq]),
    )
    reader.close()
    for (const message of load.sent.filter(({ stored: acknowledged }) => acknowledged)) {
      expect(stored.get(keyOf(message)), 'I1').toBe(message.seq)
    }
  })
})
