import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HostProcess } from '../support/host-process.ts'
import { startHost } from '../support/hosts.ts'
import { type Ended, runProgram } from '../support/run-program.ts'
import { HELLO, TestSocket } from '../support/test-socket.ts'
import { ROOT } from '../support/workerd.ts'

let host: HostProcess

beforeAll(async () => {
  host = await startHost('standalone workerd', ['--server-name', 'Ours', '--trusted-proxies', '127.0.0.1'])
})
afterAll(() => host.dispose())

function launch(...args: string[]): Promise<Ended> {
  return runProgram(join(ROOT, 'dist/workerd/launch.js'), args)
}

test('a setting that workerd has nothing for ends the start with one sentence', async () => {
  expect(await launch('--metrics-port', '9000')).toMatchObject({
    code: 2,
    errors: 'There is no --metrics-port with `npm run edge:standalone`: `npm start` has it (docs/hosts.md).\n',
  })
})

test('settings reach the actors, and a front that is trusted is believed about the client', async () => {
  const welcome = async (headers: Record<string, string>) => {
    const socket = new TestSocket(host.socketUrl, { headers })
    await socket.opened
    const [event] = await socket.ask(HELLO)
    socket.ws.terminate()
    return event
  }
  expect(await welcome({})).toMatchObject({ transport: 'loopback', server: 'Ours' })
  const forwarded = { 'x-forwarded-for': '203.0.113.7' }
  expect(await welcome({ ...forwarded, 'x-forwarded-proto': 'https' })).toMatchObject({ transport: 'https' })
  expect(await welcome({ ...forwarded, 'x-forwarded-proto': 'http' })).toMatchObject({ transport: 'insecure' })
})
