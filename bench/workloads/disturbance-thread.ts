import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { join } from '../servers/join.ts'
import { type Address, PAGE_SIZE } from '../servers/server.ts'

export type Order = {
  readonly address: Address
  readonly devices: number
  readonly rooms: number
  readonly messagesPerRoom: number
  readonly history: number
}

/** How often the devices came, and how many pages were read. */
export type Disturbed = { readonly visits: number; readonly pages: number }

/*
 * A thread on which devices come, catch up on everything and come again, and one reads history as fast as it is
 * answered: says when it is ready, begins when it hears something, ends when it hears something again.
 */
const { address, devices, rooms, messagesPerRoom, history }: Order = workerData
const server = await join(address)
const enter = await server.visitor({ rooms, messagesPerRoom, holds: 'nothing' })
const page = await server.history(history)
parentPort?.postMessage('ready')
await told()
let isGoingOn = true
const done = disturb(() => isGoingOn)
await told()
isGoingOn = false
parentPort?.postMessage(await done)

async function told(): Promise<void> {
  if (parentPort) await once(parentPort, 'message')
}

async function disturb(goesOn: () => boolean): Promise<Disturbed> {
  let visits = 0
  let pages = 0
  const comeAndGo = async () => {
    for (; goesOn(); visits++) (await enter()).end()
  }
  const readOn = async () => {
    for (; goesOn(); pages++) await page(PAGE_SIZE + 1 + Math.floor(Math.random() * (history - PAGE_SIZE)))
  }
  await Promise.all([...Array.from({ length: devices }, comeAndGo), readOn()])
  return { visits, pages }
}
